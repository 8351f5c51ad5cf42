export const words = {
  name: "To do",
  signOut: "Sign out",
  signingOut: "Signing out…",
  signedInAs: "Signed in as",
  startFailed: "The app cannot go on",
  startAgain: "Try again",
  unexpected: "Something went wrong that should not have. What has been saved is safe.",
  insecure: "Signing in needs a secure address: open the app by https, or as localhost on this machine.",
  notFound: "There is no such page",
  notFoundText: "The address may be mistyped. Your list is where it always is.",
  toList: "To your list",
};
