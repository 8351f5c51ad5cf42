import type { Reason } from "./reason.ts";

export const words = {
  title: "Your account",
  back: "Back to your list",
  loading: "Loading…",
  retry: "Try again",
  signedInAs: (name: string) => `You are signed in as ${name}.`,

  password: {
    title: "Password",
    current: "Current password",
    proposed: "New password",
    change: "Change password",
    changed: "Your password is changed. Other devices stay signed in; you can end their sessions below.",
  },
  app: {
    title: "Authenticator app",
    off: "With an authenticator app on your phone, a password alone is not enough to sign in: the app shows a code that changes all the time.",
    on: "Signing in asks for a code of your authenticator app.",
    setUp: "Set up an app",
    replace: "Set up another app",
    remove: "Stop asking for codes",
    removed: "Signing in does not ask for codes any more. You can delete the account in your app.",
    required: "Signing in always asks for a code here. You can set up another app, but not go without.",
    notOffered: "Authenticator apps are not in use here.",
    scan: "Scan this picture with the app, or enter the key by hand.",
    picture: "QR code with the key for the app",
    key: "Key",
    open: "Open in an app on this device",
    code: "Code that the app shows",
    hint: "6 digits",
    confirm: "Confirm",
    cancel: "Cancel",
    done: "Done. From now on, signing in asks for a code of your app as well.",
  },
  passkeys: {
    title: "Passkeys",
    text: "A passkey signs you in with your fingerprint, your face or the PIN of your device, without a password.",
    add: "Add a passkey",
    label: (name: string, day: string) => `${name || "Passkey"}, added on ${day}`,
    remove: "Remove",
    removeOne: (label: string) => `Remove ${label}`,
    removed: "The passkey is removed. You can delete it on your device as well.",
    notOffered: "Passkeys are not in use here.",
  },
  sessions: {
    title: "Sessions",
    label: (program: string, signedIn: string, lastUsed: string) =>
      `${program}: signed in on ${signedIn}, last used on ${lastUsed}`,
    otherProgram: "Another program",
    current: "This session",
    endOne: "End",
    endOneOf: (label: string) => `End the session ${label}`,
    ended: "The session is ended. It can take up to an hour until the list is closed there.",
    text: "Did you sign in on a device that you no longer have, or forget to sign out somewhere? End every session at once, this one too. It can take up to an hour until the list is closed on other devices.",
    end: "Sign out everywhere",
  },
  data: {
    title: "Your data",
    text: "Everything that is kept about you, as one file (JSON): your account and all your tasks.",
    download: "Download",
    downloading: "Collecting your data…",
    downloaded: "The file is on its way to your downloads.",
  },
  leave: {
    title: "Delete your account",
    text: "Deletes all your tasks and then your account, for good. You may want to download your data first.",
    begin: "Delete account…",
    confirm: (name: string) => `To confirm, enter ${name}`,
    finalButton: "Delete everything for good",
    mismatch: "That is not the name of your account.",
    cancel: "Keep my account",
    progress: (count: number) => `Tasks deleted so far: ${count}`,
    interrupted:
      "Deleting your account has begun, but did not come to its end. Some tasks may be gone already. Finish it, or keep your account with what is left.",
    resume: "Finish deleting",
  },

  reasons: {
    "wrong-password": "This is not your current password.",
    "password-length": "The new password is too short.",
    "password-upper": "The new password needs a capital letter.",
    "password-lower": "The new password needs a small letter.",
    "password-number": "The new password needs a number.",
    "password-symbol": "The new password needs a symbol, such as ! or ?.",
    "password-form": "A password has at most 256 characters and neither begins nor ends with a space.",
    "wrong-code":
      "This is not the code that your app shows now. Check that the clocks of your devices are right.",
    "too-often": "That was tried too often. Wait a while and try again.",
    unreachable: "The server did not answer. Check your connection and try again.",
    failed: "That did not work. Try again in a moment.",
  } satisfies Record<Reason, string>,
};

/** Each language has all of them, or it does not compile. */
export type Words = typeof words;
