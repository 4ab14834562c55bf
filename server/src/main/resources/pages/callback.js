// Another house has sent the browser back with a code. It is good once, so it is used up at once and
// taken out of the address.
const said = document.getElementById('said');
const query = new URLSearchParams(location.search);

async function finish() {
  if (query.has('error')) {
    said.textContent = `The other side refused the login: ${query.get('error_description') || query.get('error')}\n对方拒绝了此登录。`;
    return;
  }
  // Whoever links a login to the user that is logged in already has said so before the browser left.
  const linking = sessionStorage.getItem('linking') === query.get('state');
  sessionStorage.removeItem('linking');
  const answer = await fetch(linking ? '/api/auth/identities' : '/api/auth/oidc/callback', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Accept-Language': navigator.language,
      ...(linking && { Authorization: `Bearer ${localStorage.getItem('access_token')}` }),
    },
    body: JSON.stringify({ code: query.get('code'), state: query.get('state'), iss: query.get('iss') }),
  });
  const body = await answer.json();
  history.replaceState(null, '', '/auth/callback');
  if (!answer.ok) {
    said.textContent = body.detail;
    return;
  }
  if (linking) {
    said.textContent = `You can log in with ${body.name} from now on.\n已关联 ${body.name}，今后可用它登录。`;
    return;
  }
  localStorage.setItem('access_token', body.access_token);
  localStorage.setItem('refresh_token', body.refresh_token);
  said.textContent = `Welcome, ${body.user.username}. You are logged in.\n欢迎，${body.user.username}，您已登录。`;
}

finish().catch(() => {
  said.textContent = 'The house cannot be reached. Begin the login again.\n无法连接本站，请重新登录。';
});
