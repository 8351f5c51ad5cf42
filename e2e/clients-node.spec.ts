// Clients that people use from Node, as their packages are.
import {
  AdminCreateUserCommand,
  type ChallengeNameType,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  GetUserCommand,
  InitiateAuthCommand,
  NotAuthorizedException,
  paginateListUsers,
  RespondToAuthChallengeCommand,
  RevokeTokenCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
} from "amazon-cognito-identity-js";
import { type ClientsStack, type Pool, poolOf, stackWith } from "./clients.ts";
import { appCode } from "./people.ts";
import { expect, newEmail, password } from "./stack.ts";

const test = stackWith();

async function pool(stack: ClientsStack): Promise<Pool> {
  return poolOf((await (await fetch(`${stack.url}/config.json`)).json()) as Record<string, string>);
}

test("the AWS SDK for JavaScript", async ({ stack }) => {
  const { endpoint, clientId, poolId } = await pool(stack);
  const client = new CognitoIdentityProviderClient({ endpoint, region: "local", credentials: stack.credentials() });
  const email = newEmail("sdk");
  const signedUp = await client.send(new SignUpCommand({ ClientId: clientId, Username: email, Password: password }));
  expect(signedUp).toMatchObject({ UserConfirmed: false, CodeDeliveryDetails: { DeliveryMedium: "EMAIL" } });
  const code = await stack.code(email);
  await client.send(new ConfirmSignUpCommand({ ClientId: clientId, Username: email, ConfirmationCode: code }));

  const byPassword = (secret: string) =>
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: email, PASSWORD: secret },
    });
  const refused = await client.send(byPassword("Wrong-Horse-7")).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NotAuthorizedException);
  expect(refused).toMatchObject({ name: "NotAuthorizedException", message: "Incorrect username or password." });
  const tokens = (await client.send(byPassword(password))).AuthenticationResult;
  expect(tokens).toMatchObject({ TokenType: "Bearer", ExpiresIn: 3600 });

  const person = await client.send(new GetUserCommand({ AccessToken: tokens?.AccessToken }));
  expect(person.Username).toBe(signedUp.UserSub);
  expect(person.UserAttributes).toContainEqual({ Name: "email_verified", Value: "true" });

  const refresh = new InitiateAuthCommand({
    ClientId: clientId,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: tokens?.RefreshToken ?? "" },
  });
  expect((await client.send(refresh)).AuthenticationResult?.IdToken).toMatch(/^ey/);
  await client.send(new RevokeTokenCommand({ ClientId: clientId, Token: tokens?.RefreshToken }));
  await expect(client.send(refresh)).rejects.toThrow("Refresh Token has been revoked");

  // Administration, signed.
  const invited = newEmail("invited");
  const created = await client.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: invited,
      TemporaryPassword: "Temporary-7",
      UserAttributes: [{ Name: "email", Value: invited }],
      MessageAction: "SUPPRESS",
    }),
  );
  expect(created.User?.UserStatus).toBe("FORCE_CHANGE_PASSWORD");
  expect(created.User?.UserCreateDate).toBeInstanceOf(Date);
  const asked = await client.send(
    new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: invited, PASSWORD: "Temporary-7" },
    }),
  );
  expect(asked.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  const answered = await client.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: asked.ChallengeName,
      Session: asked.Session,
      ChallengeResponses: { USERNAME: invited, NEW_PASSWORD: password },
    }),
  );
  expect(answered.AuthenticationResult?.AccessToken).toMatch(/^ey/);
  const emails: (string | undefined)[] = [];
  for await (const page of paginateListUsers({ client, pageSize: 1 }, { UserPoolId: poolId })) {
    for (const user of page.Users ?? []) emails.push(user.Attributes?.find((a) => a.Name === "email")?.Value);
  }
  expect(emails).toEqual(expect.arrayContaining([email, invited]));
});

test("the AWS SDK for JavaScript signs in by what the person chooses", async ({ stack }) => {
  const { endpoint, clientId } = await pool(stack);
  const client = new CognitoIdentityProviderClient({ endpoint, region: "local" });
  const email = newEmail("choice");
  await client.send(new SignUpCommand({ ClientId: clientId, Username: email, Password: password }));
  const first = await stack.code(email);
  await client.send(new ConfirmSignUpCommand({ ClientId: clientId, Username: email, ConfirmationCode: first }));

  const begin = (more: Record<string, string>) =>
    client.send(
      new InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: "USER_AUTH",
        AuthParameters: { USERNAME: email, ...more },
      }),
    );
  const answer = (name: ChallengeNameType, session: string | undefined, responses: Record<string, string>) =>
    client.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: name,
        Session: session,
        ChallengeResponses: { USERNAME: email, ...responses },
      }),
    );
  const offered = await begin({});
  expect(offered.ChallengeName).toBe("SELECT_CHALLENGE");
  expect(offered.AvailableChallenges).toEqual(expect.arrayContaining(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"]));
  const byPassword = await answer("SELECT_CHALLENGE", offered.Session, { ANSWER: "PASSWORD", PASSWORD: password });
  expect(byPassword.AuthenticationResult?.AccessToken).toMatch(/^ey/);

  const mailed = await begin({ PREFERRED_CHALLENGE: "EMAIL_OTP" });
  expect(mailed).toMatchObject({
    ChallengeName: "EMAIL_OTP",
    ChallengeParameters: { CODE_DELIVERY_DELIVERY_MEDIUM: "EMAIL" },
  });
  const code = await stack.code(email, first);
  expect(code).toHaveLength(8);
  const byMail = await answer("EMAIL_OTP", mailed.Session, { EMAIL_OTP_CODE: code });
  expect(byMail.AuthenticationResult?.RefreshToken).toBeTruthy();
});

/** A call of amazon-cognito-identity-js that ends in a callback. */
const done = <T>(call: (callback: (error: Error | undefined, result: T | undefined) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => {
    call((error, result) => (error ? reject(error) : resolve(result as T)));
  });

test("amazon-cognito-identity-js", async ({ stack }) => {
  const { endpoint, clientId, poolId } = await pool(stack);
  const userPool = new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint });
  const userOf = (Username: string) => new CognitoUser({ Username, Pool: userPool });
  /** Signs in by SRP; what is asked for beyond the password is left to more. */
  const signIn = (user: CognitoUser, secret: string, more: object = {}): Promise<CognitoUserSession> =>
    new Promise((resolve, reject) => {
      user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password: secret }), {
        onSuccess: resolve,
        onFailure: reject,
        ...more,
      });
    });

  const email = newEmail("cij");
  await done((callback) =>
    userPool.signUp(email, password, [new CognitoUserAttribute({ Name: "name", Value: "Ana" })], [], callback),
  );
  await done(async (callback) => userOf(email).confirmRegistration(await stack.code(email), false, callback));

  await expect(signIn(userOf(email), "Wrong-Horse-7")).rejects.toMatchObject({ code: "NotAuthorizedException" });
  const user = userOf(email);
  const session = await signIn(user, password);
  expect(session.isValid()).toBe(true);
  expect(session.getIdToken().payload["email"]).toBe(email);
  const attributes = await done<CognitoUserAttribute[]>((callback) => user.getUserAttributes(callback));
  expect(attributes.map((a) => [a.getName(), a.getValue()])).toContainEqual(["name", "Ana"]);

  const refreshed = await done<CognitoUserSession>((callback) =>
    user.refreshSession(session.getRefreshToken(), callback),
  );
  expect(refreshed.getAccessToken().getJwtToken()).not.toBe(session.getAccessToken().getJwtToken());

  // A second factor.
  const secret = await new Promise<string>((associateSecretCode, onFailure) => {
    user.associateSoftwareToken({ associateSecretCode, onFailure });
  });
  await new Promise((onSuccess, onFailure) => {
    user.verifySoftwareToken(appCode(secret), "phone", { onSuccess, onFailure });
  });
  await done((callback) => user.setUserMfaPreference(null, { PreferredMfa: true, Enabled: true }, callback));
  const again = userOf(email);
  const withCode = await new Promise<CognitoUserSession>((resolve, reject) => {
    signIn(again, password, {
      totpRequired: (challenge: string) => {
        expect(challenge).toBe("SOFTWARE_TOKEN_MFA");
        // A code is good once, so the next one: clocks may be a step apart.
        again.sendMFACode(appCode(secret, 1), { onSuccess: resolve, onFailure: reject }, "SOFTWARE_TOKEN_MFA");
      },
    }).then(() => reject(new Error("no second factor was asked for")), reject);
  });
  expect(withCode.isValid()).toBe(true);

  await new Promise((onSuccess, onFailure) => {
    again.globalSignOut({ onSuccess, onFailure });
  });
  await expect(done((callback) => user.refreshSession(session.getRefreshToken(), callback))).rejects.toMatchObject({
    code: "NotAuthorizedException",
  });
});

test("amazon-cognito-identity-js with a temporary password", async ({ stack }) => {
  const { endpoint, clientId, poolId } = await pool(stack);
  const admin = new CognitoIdentityProviderClient({ endpoint, region: "local", credentials: stack.credentials() });
  const email = newEmail("new");
  await admin.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: email,
      TemporaryPassword: "Temporary-7",
      UserAttributes: [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ],
      MessageAction: "SUPPRESS",
    }),
  );
  const user = new CognitoUser({ Username: email, Pool: new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint }) });
  const session = await new Promise<CognitoUserSession>((resolve, reject) => {
    user.authenticateUser(new AuthenticationDetails({ Username: email, Password: "Temporary-7" }), {
      onSuccess: () => reject(new Error("no new password was asked for")),
      onFailure: reject,
      newPasswordRequired: (given: Record<string, string>, required: string[]) => {
        expect(given).toMatchObject({ email, email_verified: "true" });
        expect(required).toEqual([]);
        user.completeNewPasswordChallenge(password, {}, { onSuccess: resolve, onFailure: reject });
      },
    });
  });
  expect(session.isValid()).toBe(true);

  // Forgotten.
  const forgetful = new CognitoUser({ Username: email, Pool: new CognitoUserPool({ UserPoolId: poolId, ClientId: clientId, endpoint }) });
  await new Promise((onSuccess, onFailure) => {
    forgetful.forgotPassword({ onSuccess, onFailure });
  });
  const code = await stack.code(email);
  await new Promise<string>((onSuccess, onFailure) => {
    forgetful.confirmPassword(code, "Another-Horse-7", { onSuccess, onFailure });
  });
  const details = new AuthenticationDetails({ Username: email, Password: "Another-Horse-7" });
  await new Promise<CognitoUserSession>((onSuccess, onFailure) => {
    forgetful.authenticateUser(details, { onSuccess, onFailure });
  });
  await done((callback) => forgetful.deleteUser(callback));
});
