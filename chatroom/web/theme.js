// Light or dark: as the system has it, unless somebody chose otherwise here.

const KEY = "chatroom-theme";

function apply(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Tell whether the page is dark now. */
export function dark() {
  return (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
}

apply(stored());
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  const name = () => button.setAttribute("aria-label", dark() ? "Switch to light colours" : "Switch to dark colours");
  name();
  button.addEventListener("click", () => {
    const theme = dark() ? "light" : "dark";
    apply(theme);
    name();
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Then it holds for this page alone.
    }
    dispatchEvent(new Event("themechange"));
  });
}
