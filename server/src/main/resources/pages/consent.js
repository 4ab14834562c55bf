// The provider redirected the browser here. The code works once: it is sent at once and removed from the address.
const said = document.getElementById('said');
const query = new URLSearchParams(location.search);

async function give() {
  const answer = await fetch('/api/plugin-api/oauth/redirected', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': navigator.language },
    body: JSON.stringify({ code: query.get('code'), state: query.get('state'), error: query.get('error') }),
  });
  const body = await answer.json();
  history.replaceState(null, '', location.pathname);
  said.textContent = answer.ok
    ? `The account "${body.name}" was added. You can close this page.\n账号“${body.name}”已添加，可以关闭此页面。`
    : body.detail;
}

give().catch(() => {
  said.textContent = 'The server cannot be reached. Start again.\n无法连接服务器，请重新开始。';
});
