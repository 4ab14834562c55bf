// The identity provider redirected the browser here with a code. The code works once: it is sent at once
// and removed from the address.
const said = document.getElementById('said');
const query = new URLSearchParams(location.search);

async function finish() {
  if (query.has('error')) {
    said.textContent = `The identity provider refused the login: ${query.get('error_description') || query.get('error')}\n身份提供方拒绝了此次登录。`;
    return;
  }
  // sessionStorage.linking contains the state if a user who is logged in links an external identity.
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
    said.textContent = `You can now log in with ${body.name}.\n已关联 ${body.name}，现在可以用它登录。`;
    return;
  }
  localStorage.setItem('access_token', body.access_token);
  localStorage.setItem('refresh_token', body.refresh_token);
  said.textContent = `Welcome, ${body.user.username}. You are logged in.\n欢迎，${body.user.username}，你已登录。`;
}

finish().catch(() => {
  said.textContent = 'The server cannot be reached. Start the login again.\n无法连接服务器，请重新登录。';
});
