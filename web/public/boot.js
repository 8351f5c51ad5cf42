// Runs before the first paint: somebody who is signed in, or just about to be, sees the list's outline and not the
// welcome. A file of its own, since the content security policy runs no inline script.
if (location.pathname === "/callback" || (localStorage.getItem("todo.session") || "").startsWith("{")) {
  document.documentElement.dataset.returning = "";
}
