// The token is in the fragment (#) of the link: browsers do not send it, so it appears in no log.
const form = document.getElementById('setup');
const said = document.getElementById('said');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/api/auth/setup', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': navigator.language },
    body: JSON.stringify({
      token: location.hash.slice(1),
      username: form.username.value,
      password: form.password.value,
    }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    said.textContent = body.detail;
    return;
  }
  history.replaceState(null, '', '/setup');
  form.querySelectorAll('label, button').forEach((part) => part.remove());
  said.textContent = `The administrator ${body.user.username} was created. Log in with POST /api/auth/login.\n已创建管理员 ${body.user.username}，请用 POST /api/auth/login 登录。`;
});
