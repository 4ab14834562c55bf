// Five calls at once with a token that has died; then every login ends, and one more call.
const query = new URLSearchParams(location.search);
localStorage.setItem('access_token', 'dead');
localStorage.setItem('refresh_token', query.get('refresh'));

function me() {
  const token = localStorage.getItem('access_token');
  return axios.get('/api/auth/me', { headers: { Authorization: `Bearer ${token}` } });
}

async function run() {
  const five = await Promise.allSettled([me(), me(), me(), me(), me()]);
  const names = five.map((each) => each.status === 'fulfilled' ? each.value.data.username : each.reason.message);
  const token = localStorage.getItem('access_token');
  await axios.post('/api/auth/logout-all', null, { headers: { Authorization: `Bearer ${token}` } });
  await fetch('/result', { method: 'POST', body: JSON.stringify(names) });
  await me(); // It is refused, its refresh too, and the interceptor goes to /login.
}

run().catch(() => {});
