window.addEventListener('load', () => {
  window.Redoc.init('/api/openapi.json', { nativeScrollbars: true }, document.getElementById('reference'));
});
