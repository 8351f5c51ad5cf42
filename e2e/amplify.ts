// What a page with Amplify in it has; the test bundles this file for the page.
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import "aws-amplify/auth/enable-oauth-listener";
import { Hub } from "aws-amplify/utils";

const parts = { Amplify, auth, Hub };
export type AmplifyWindow = typeof parts;

Object.assign(window, parts);
