// The document as a page to read: one section a tag, one article an operation. Everything is put in as
// text, never as HTML.
const root = document.getElementById('reference');

function add(parent, name, text, className) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

function operation(parent, method, path, told) {
  const article = add(parent, 'article');
  add(article, 'h3', `${method.toUpperCase()} ${path}`);
  add(article, 'p', told.summary);
  const fields = told.requestBody?.content?.['application/json']?.schema?.properties;
  const list = add(article, 'ul');
  for (const parameter of told.parameters ?? []) {
    add(list, 'li', `${parameter.name} (${parameter.in}, ${parameter.schema.type})`);
  }
  for (const [name, schema] of Object.entries(fields ?? {})) {
    add(list, 'li', `${name} (body, ${schema.type ?? 'object'})`);
  }
  add(article, 'p', `Answers: ${Object.keys(told.responses).join(', ')}`);
}

fetch('/api/openapi.json').then((answer) => answer.json()).then((document) => {
  add(root, 'p', document.info.description);
  for (const tag of document.tags) {
    const section = add(root, 'section');
    add(section, 'h2', tag.name);
    add(section, 'p', tag.description);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, told] of Object.entries(methods)) {
        if (told.tags.includes(tag.name)) operation(section, method, path, told);
      }
    }
  }
});
