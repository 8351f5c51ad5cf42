import type { SignInFailure } from "./errors.ts";

export const words = {
  title: "Write it down, get it done.",
  intro:
    "A quiet list for the things you mean to do. It is yours alone, and waits for you wherever you sign in.",
  signIn: "Sign in",
  createAccount: "Create account",
  expired: "Your session has ended. Sign in again to go on where you were.",
  tryAgain: "Sign in again",
  home: "Back to the start",
  failures: {
    cancelled: { title: "You are not signed in", text: "The sign-in was cancelled. Nothing has changed." },
    mismatch: {
      title: "This sign-in link does not fit",
      text: "It was started in another tab, used before, or has been changed on its way. For your safety it was not used.",
    },
    expired: {
      title: "That took a little too long",
      text: "The sign-in is good for a few minutes and once only. Please start again.",
    },
    unreachable: {
      title: "The sign-in server did not answer",
      text: "Check your connection, then sign in again.",
    },
    refused: {
      title: "The sign-in did not work",
      text: "The sign-in server sent an answer that cannot be used. Try again; if it stays so, tell whoever runs this app.",
    },
  } satisfies Record<SignInFailure, { title: string; text: string }>,
};
