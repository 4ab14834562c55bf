// The token is in the fragment (#) of the link: browsers do not send it, so it appears in no log.
const form = document.getElementById('reset');
const said = document.getElementById('said');

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const answer = await fetch('/api/auth/reset', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': navigator.language },
    body: JSON.stringify({ token: location.hash.slice(1), password: form.password.value }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    said.textContent = body.detail;
    return;
  }
  history.replaceState(null, '', '/reset');
  form.querySelectorAll('label, button').forEach((part) => part.remove());
  said.textContent = 'Done. Log in with the new password.\n已完成，请用新密码登录。';
});
