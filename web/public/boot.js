// Runs before the first paint, so that nothing is drawn in one way and then in another. A file of its own, since the
// content security policy runs no inline script.
(() => {
  const page = document.documentElement;

  // Somebody who is signed in, or just about to be, sees the list's outline and not the welcome.
  if (location.pathname === "/callback" || (localStorage.getItem("todo.session") || "").startsWith("{")) {
    page.dataset.returning = "";
  }

  const theme = localStorage.getItem("todo.theme");
  if (theme === "light" || theme === "dark") page.dataset.theme = theme;

  // The app reads its language from here; src/i18n/locale.ts lists the same ones.
  const locales = ["en", "es", "pt-BR", "de", "fr", "ja", "ar"];
  const base = (tag) => tag.toLowerCase().split("-")[0];
  for (const wish of [localStorage.getItem("todo.language"), ...navigator.languages]) {
    const locale = wish && locales.find((each) => base(each) === base(wish));
    if (locale) {
      page.lang = locale;
      page.dir = locale === "ar" ? "rtl" : "ltr";
      break;
    }
  }
})();
