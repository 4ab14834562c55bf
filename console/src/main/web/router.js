// @ts-check
// The address of a page is in the fragment: #/usage/requests/ID?model=x. A view can be sent as a link.
import { routes } from "./routes.js";

/**
 * @typedef {import("./routes.js").Route} Route
 * @typedef {{route: Route, params: Record<string, string>, query: URLSearchParams, path: string}} Place
 */

/**
 * The page of an address.
 * @param {string} hash `location.hash`
 * @returns {Place | undefined} undefined if there is no such page
 */
export function find(hash) {
  const [path = "", query = ""] = (hash.replace(/^#/, "") || "/").split(/\?(.*)/s);
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) {
      return { route, params, query: new URLSearchParams(query), path };
    }
  }
  return undefined;
}

/**
 * @param {string} pattern
 * @param {string} path
 * @returns {Record<string, string> | undefined}
 */
function match(pattern, path) {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) {
    return undefined;
  }
  /** @type {Record<string, string>} */
  const params = {};
  for (let i = 0; i < wanted.length; i++) {
    const word = wanted[i] ?? "";
    const segment = given[i] ?? "";
    if (word.startsWith(":") && segment) {
      params[word.slice(1)] = decodeURIComponent(segment);
    } else if (word !== segment) {
      return undefined;
    }
  }
  return params;
}

/**
 * Opens a page.
 * @param {string} path such as "/keys"
 * @param {Record<string, string | number | null | undefined>} [query] empty values are left out
 * @param {boolean} [replace] whether the address replaces the present one in the history
 */
export function go(path, query = {}, replace = false) {
  const target = href(path, query);
  if (replace) {
    history.replaceState(null, "", target);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = target;
  }
}

/**
 * The link to a page.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [query]
 */
export function href(path, query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value != null && value !== "") {
      search.set(name, String(value));
    }
  }
  const text = search.toString();
  return "#" + path + (text ? "?" + text : "");
}
