// @ts-check
// Light, dark, or what the system says: an attribute of the root element.

/** @typedef {"system" | "light" | "dark"} Theme */

const KEY = "potluck.theme";

/** The theme of this browser. @returns {Theme} */
export function storedTheme() {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "system";
}

/** Shows a theme and keeps it for this browser. @param {Theme} theme */
export function setTheme(theme) {
  localStorage.setItem(KEY, theme);
  applyTheme();
}

/** Shows the stored theme. */
export function applyTheme() {
  const theme = storedTheme();
  if (theme === "system") {
    delete document.documentElement.dataset["theme"];
  } else {
    document.documentElement.dataset["theme"] = theme;
  }
}
