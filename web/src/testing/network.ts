import { setupServer } from "msw/node";

/** The edge of the app: no test has a network, and a request that a test did not foresee fails it. */
export const network = setupServer();
