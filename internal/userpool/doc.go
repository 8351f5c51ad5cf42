// Package userpool is the user pool of one machine: accounts, credentials, codes, sessions and tokens.
//
// It owns the rules and the stored state, and speaks no protocol. Its parts do, each over the same Pool: oauth (the
// OAuth 2.0 and OpenID Connect endpoints), pages (the hosted sign-in and sign-up pages) and idp (the cognito-idp JSON
// API). A rule that two of them need lives here.
// Rules and texts are those of the Amazon Cognito Developer Guide and API Reference, and of the service where they are
// silent.
//
// State is in the machine's data file, see store.go: what was answered survives a crash, and what has lapsed is taken
// away by later changes. Passwords are kept as argon2id hashes; codes, cookies and refresh tokens as hashes, so that the
// file shows none that could be used. What must be read again, SRP verifiers and the secrets of second factors, is
// sealed with a key that is not in the file.
package userpool
