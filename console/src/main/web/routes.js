// @ts-check
// Every page of the console: its address, who may open it, and the module that draws it. The address is in the
// fragment: #/usage/requests/ID?model=x. A view can be sent as a link.
import { messages } from "./language.js";

/**
 * Who may open a page: everybody, everybody who is logged in, or administrators and auditors.
 * @typedef {"public" | "member" | "operator"} Role
 * @typedef {{path: string, tag: string, role: Role, title: import("./language.js").Row, load: () => Promise<unknown>}} Route
 */

const titles = messages({
  home: ["Home", "首页"],
  pool: ["Pool", "账号池"],
  accounts: ["Accounts", "账号"],
  keys: ["Keys", "密钥"],
  usage: ["Usage", "用量"],
  request: ["Request", "请求"],
  statement: ["Statement", "对账单"],
  playground: ["Playground", "试用"],
  profile: ["Profile", "个人资料"],
  health: ["Health", "运行状况"],
  people: ["People", "用户"],
  operatorAccounts: ["All accounts", "全部账号"],
  operatorKeys: ["All keys", "全部密钥"],
  models: ["Models", "模型"],
  audit: ["Audit", "审计"],
  settings: ["Settings", "设置"],
  backup: ["Backup", "备份"],
  status: ["Status", "状态"],
  login: ["Log in", "登录"],
  welcome: ["Welcome", "欢迎"],
  join: ["Join", "加入"],
  reset: ["New password", "新密码"],
});

/** @type {readonly Route[]} */
export const routes = [
  { path: "/", tag: "page-home", role: "member", title: titles.home, load: () => import("./pages/home.js") },
  { path: "/pool", tag: "page-pool", role: "member", title: titles.pool, load: () => import("./pages/pool.js") },
  { path: "/accounts", tag: "page-accounts", role: "member", title: titles.accounts, load: () => import("./pages/accounts.js") },
  { path: "/keys", tag: "page-keys", role: "member", title: titles.keys, load: () => import("./pages/keys.js") },
  { path: "/usage", tag: "page-usage", role: "member", title: titles.usage, load: () => import("./pages/usage.js") },
  { path: "/usage/requests/:id", tag: "page-request", role: "member", title: titles.request, load: () => import("./pages/request.js") },
  { path: "/usage/statement", tag: "page-statement", role: "member", title: titles.statement, load: () => import("./pages/statement.js") },
  { path: "/playground", tag: "page-playground", role: "member", title: titles.playground, load: () => import("./pages/playground.js") },
  { path: "/profile", tag: "page-profile", role: "member", title: titles.profile, load: () => import("./pages/profile.js") },
  { path: "/operate/health", tag: "page-health", role: "operator", title: titles.health, load: () => import("./pages/health.js") },
  { path: "/operate/people", tag: "page-people", role: "operator", title: titles.people, load: () => import("./pages/people.js") },
  { path: "/operate/accounts", tag: "page-all-accounts", role: "operator", title: titles.operatorAccounts, load: () => import("./pages/all-accounts.js") },
  { path: "/operate/keys", tag: "page-all-keys", role: "operator", title: titles.operatorKeys, load: () => import("./pages/all-keys.js") },
  { path: "/operate/models", tag: "page-models", role: "operator", title: titles.models, load: () => import("./pages/models.js") },
  { path: "/operate/audit", tag: "page-audit", role: "operator", title: titles.audit, load: () => import("./pages/audit.js") },
  { path: "/operate/settings", tag: "page-settings", role: "operator", title: titles.settings, load: () => import("./pages/settings.js") },
  { path: "/operate/backup", tag: "page-backup", role: "operator", title: titles.backup, load: () => import("./pages/backup.js") },
  { path: "/status", tag: "page-status", role: "public", title: titles.status, load: () => import("./pages/status.js") },
  { path: "/login", tag: "page-login", role: "public", title: titles.login, load: () => import("./pages/login.js") },
  { path: "/login/:provider", tag: "page-login", role: "public", title: titles.login, load: () => import("./pages/login.js") },
  { path: "/welcome", tag: "page-welcome", role: "public", title: titles.welcome, load: () => import("./pages/welcome.js") },
  { path: "/join", tag: "page-join", role: "public", title: titles.join, load: () => import("./pages/join.js") },
  { path: "/reset", tag: "page-reset", role: "public", title: titles.reset, load: () => import("./pages/reset.js") },
];

/**
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
