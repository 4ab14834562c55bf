// @ts-check
// The frame of the console: session, navigation, and the page of the present address.
import { LitElement, html, nothing } from "lit";
import { ApiError, api, isOperator, logOut, restore, user } from "./api.js";
import { quota as amount, time } from "./format.js";
import { language, setLanguage, t } from "./language.js";
import { connect, disconnect, listen } from "./live.js";
import { find, go, href } from "./routes.js";
import { applyTheme, setTheme, storedTheme } from "./theme.js";
import { arrows, bar, close, dialog, failure, icon, place, sign } from "./ui.js";
import { common, navigation } from "./words/common.js";

/** @typedef {import("./routes.js").Place} Place */
/** @typedef {{model_name: string, quota: string, max_quota: string, next_step?: number | null, next_step_at?: string | null}} Pulse */

const THEMES = /** @type {const} */ (["system", "light", "dark"]);

/** @type {readonly {path: string, icon: import("./ui.js").IconName}[]} */
const memberPages = [
  { path: "/", icon: "home" },
  { path: "/pool", icon: "pool" },
  { path: "/accounts", icon: "accounts" },
  { path: "/keys", icon: "keys" },
  { path: "/usage", icon: "usage" },
];

/** @type {readonly {path: string, icon: import("./ui.js").IconName}[]} */
const operatorPages = [
  { path: "/operate/health", icon: "health" },
  { path: "/operate/people", icon: "people" },
  { path: "/operate/accounts", icon: "accounts" },
  { path: "/operate/keys", icon: "keys" },
  { path: "/operate/models", icon: "models" },
  { path: "/operate/audit", icon: "audit" },
  { path: "/operate/settings", icon: "settings" },
  { path: "/operate/backup", icon: "backup" },
];

/** The whole console. */
class PotluckConsole extends LitElement {
  /** @type {import("lit").PropertyDeclarations} */
  static properties = {
    place: { state: true },
    drawn: { state: true },
    error: { state: true },
    pulse: { state: true },
    announcement: { state: true },
  };

  constructor() {
    super();
    /** @type {Place | undefined} */
    this.place = undefined;
    /** @type {Place | undefined} the place that is being opened */
    this.wanted = undefined;
    /** @type {HTMLElement | undefined} the element of the page */
    this.drawn = undefined;
    /** @type {ApiError | undefined} */
    this.error = undefined;
    /** @type {Pulse | undefined} my quota, on every page */
    this.pulse = undefined;
    this.announcement = "";
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    applyTheme();
    fromLink();
    addEventListener("hashchange", () => void this.open());
    addEventListener("potluck-language", () => this.drawAgain());
    addEventListener("potluck-session", () => void this.sessionChanged());
    addEventListener("keydown", shortcuts);
    void this.start();
  }

  async start() {
    try {
      await restore();
      this.error = undefined;
    } catch (cause) {
      this.error = /** @type {ApiError} */ (cause);
      setTimeout(() => this.error && void this.start(), 5000);
    }
    await this.open();
  }

  /** Draws everything again in the language that was chosen; what was entered stays. */
  drawAgain() {
    document.title = this.place ? t(this.place.route.title) + " · Potluck" : "Potluck";
    this.requestUpdate();
    for (const element of this.querySelectorAll("*")) {
      if (element instanceof LitElement) {
        element.requestUpdate();
      }
    }
    const page = /** @type {{reload?: () => Promise<void>} | undefined} */ (this.drawn);
    void page?.reload?.();
  }

  async sessionChanged() {
    if (user()) {
      connect();
      listen((event) => event.type === "quota" && void this.beat(), new AbortController().signal);
      void this.beat();
    } else {
      disconnect();
      this.pulse = undefined;
      await this.open();
    }
    this.requestUpdate();
  }

  /** Renews the quota in the side bar. */
  async beat() {
    try {
      /** @type {Pulse[]} */
      const forecast = await api("/api/usage/forecast");
      this.pulse = forecast.reduce((/** @type {Pulse | undefined} */ low, next) => (!low || part(next) < part(low) ? next : low), undefined);
    } catch {
      // The pages say what is the matter.
    }
  }

  /** Draws the page of the address. */
  async open() {
    const place = find(location.hash);
    if (!place) {
      this.place = undefined;
      this.drawn = undefined;
      return;
    }
    if (!user() && place.route.role !== "public") {
      go("/login", { to: location.hash.slice(1) === "/" ? "" : location.hash.slice(1) }, true);
      return;
    }
    document.title = t(place.route.title) + " · Potluck";
    this.wanted = place;
    await place.route.load();
    if (this.wanted !== place) {
      return; // another page was opened meanwhile
    }
    const same = this.drawn && this.place?.path === place.path;
    this.place = place;
    const page = /** @type {any} */ (same ? this.drawn : document.createElement(place.route.tag));
    page.params = place.params;
    page.query = place.query;
    if (!same) {
      const first = this.drawn === undefined;
      this.drawn = page;
      if (!first) {
        this.announcement = t(navigation.opened, { title: t(place.route.title) });
        await this.updateComplete;
        scrollTo(0, 0);
        /** @type {HTMLElement | null} */ (this.querySelector("#main"))?.focus({ preventScroll: true });
      }
    }
    this.requestUpdate();
  }

  render() {
    const me = user();
    if (this.error && !me) {
      return html`<main class="door" id="main"><div><p class="brand">${sign()}<span>Potluck</span></p><h1>${t(common.unreachable)}</h1>${failure(this.error, { again: () => void this.start() })}</div></main>`;
    }
    const page = this.page();
    const framed = me && this.place?.route.role !== "public";
    if (!framed) {
      return page;
    }
    return html`<a class="skip" href="#main" @click=${this.skip}>${t(navigation.skip)}</a>
      <div class="shell">
        <header class="side">
          <a class="brand" href=${href("/")}>${sign()}<span>Potluck</span></a>
          <nav class="nav" aria-label=${t(navigation.main)}>
            <ul class="nav-main">${memberPages.map((each) => this.link(each))}
              <li class="more-item"><button type="button" class="more-button" popovertarget="more">${icon("more")}${t(navigation.more)}</button></li></ul>
            <div class="nav-more" id="more" popover>
              <ul>${this.link({ path: "/playground", icon: "playground" })}</ul>
              ${isOperator() ? html`<h2>${t(navigation.operate)}</h2><ul>${operatorPages.map((each) => this.link(each))}</ul>` : nothing}
            </div>
          </nav>
          <div class="side-foot">${this.pulseLink()}${this.menu(me.username)}</div>
        </header>
        <main id="main" tabindex="-1">${page}</main>
      </div><p class="vh" role="status">${this.announcement}</p>${keyboardDialog()}`;
  }

  page() {
    if (!this.place) {
      return html`<div class="head"><div><h1>${t(common.notFound)}</h1></div></div>`;
    }
    if (this.place.route.role === "operator" && !isOperator()) {
      return html`<div class="head"><div><h1>${t(navigation.notAllowed)}</h1></div></div>`;
    }
    return this.drawn;
  }

  /** @param {{path: string, icon: import("./ui.js").IconName}} page */
  link(page) {
    const route = /** @type {Place} */ (find("#" + page.path)).route;
    const here = this.place?.path ?? "";
    const current = here === page.path || (page.path !== "/" && here.startsWith(page.path + "/"));
    return html`<li><a href=${href(page.path)} aria-current=${current ? "page" : nothing} @click=${closeMore}>${icon(page.icon)}<span>${t(route.title)}</span></a></li>`;
  }

  pulseLink() {
    const pulse = this.pulse;
    if (!pulse) {
      return nothing;
    }
    return html`<a class="pulse" href=${href("/", { group: pulse.model_name })}><span class="pulse-what"><span>${pulse.model_name}</span><span>${amount(Number(pulse.quota))}<span class="soft"> / ${amount(Number(pulse.max_quota))}</span></span></span>
      ${bar(part(pulse))}${pulse.next_step_at && pulse.next_step ? html`<span class="pulse-when">${t(navigation.returning, { step: amount(pulse.next_step), time: time(pulse.next_step_at) })}</span>` : nothing}</a>`;
  }

  /** @param {string} name */
  menu(name) {
    const theme = storedTheme();
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
    return html`<button type="button" class="me" popovertarget="me-menu" aria-label=${t(navigation.menu, { name })}><span class="avatar" data-initial=${[...name][0] ?? ""} aria-hidden="true"></span><span class="me-name">${name}</span>${icon("updown")}</button>
      <div class="menu" id="me-menu" popover @toggle=${place} @keydown=${arrows}>
        <a class="button" href=${href("/profile")} @click=${closeMenu}>${t(navigation.profile)}</a>
        <a class="button" href=${href("/status")} @click=${closeMenu}>${t(navigation.status)}</a>
        <button type="button" lang=${language() === "zh" ? "en" : "zh-CN"} @click=${() => setLanguage(language() === "zh" ? "en" : "zh")}>${t(navigation.language)}</button>
        <button type="button" @click=${() => { setTheme(next); this.requestUpdate(); }}>${t(navigation.theme, { theme: t(navigation[theme]) })}</button>
        <button type="button" @click=${() => void logOut()}>${t(navigation.logOut)}</button>
      </div>`;
  }

  /** The fragment of the address belongs to the router, so the skip link moves the focus itself. @param {Event} event */
  skip(event) {
    event.preventDefault();
    /** @type {HTMLElement | null} */ (document.querySelector("#main"))?.focus();
  }
}

/** The links of terminals and administrators are /setup#TOKEN and /reset#TOKEN; the server sends them to /console/?setup#TOKEN. */
function fromLink() {
  const page = { "?setup": "/welcome", "?reset": "/reset" }[location.search];
  if (page) {
    history.replaceState(null, "", location.pathname + href(page, { token: location.hash.slice(1) }));
  }
}

/** @param {Pulse} pulse */
function part(pulse) {
  return Number(pulse.max_quota) ? Number(pulse.quota) / Number(pulse.max_quota) : 0;
}

function closeMore() {
  const more = document.querySelector("#more");
  if (more instanceof HTMLElement && more.matches(":popover-open")) {
    more.hidePopover();
  }
}

/** @param {Event} event */
function closeMenu(event) {
  /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.currentTarget).parentElement).hidePopover();
}

/** The pages that `g` and a letter open. @type {Record<string, string>} */
const letters = { h: "/", p: "/pool", a: "/accounts", k: "/keys", u: "/usage" };

function keyboardDialog() {
  /** @param {string} path */
  const title = (path) => t(/** @type {Place} */ (find("#" + path)).route.title);
  return dialog(
    "keyboard",
    t(navigation.keys),
    html`<dl class="facts">${Object.entries(letters).map(([letter, path]) => html`<dt><kbd>g</kbd> <kbd>${letter}</kbd></dt><dd>${t(navigation.keysOpen, { page: title(path) })}</dd>`)}
      <dt><kbd>/</kbd></dt><dd>${t(navigation.keysSearch)}</dd><dt><kbd>↑</kbd> <kbd>↓</kbd></dt><dd>${t(navigation.keysArrows)}</dd><dt><kbd>Esc</kbd></dt><dd>${t(navigation.keysClose)}</dd><dt><kbd>?</kbd></dt><dd>${t(navigation.keysHelp)}</dd></dl>`,
    html`<button type="button" @click=${close}>${t(common.close)}</button>`,
  );
}

let pending = "";

/** `?` lists the keys; `/` goes to the search field; `g` and a letter open a page. @param {KeyboardEvent} event */
function shortcuts(event) {
  const typing = /** @type {HTMLElement} */ (event.target).closest?.("input, textarea, select, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const target = pending === "g" ? letters[event.key] : undefined;
  pending = event.key === "g" ? "g" : "";
  if (target) {
    go(target);
  } else if (event.key === "?") {
    /** @type {HTMLDialogElement | null} */ (document.querySelector("#keyboard"))?.showModal();
  } else if (event.key === "/") {
    const search = /** @type {HTMLElement | null} */ (document.querySelector('main input[type="search"]'));
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
}

customElements.define("potluck-console", PotluckConsole);
document.body.append(document.createElement("potluck-console"));
