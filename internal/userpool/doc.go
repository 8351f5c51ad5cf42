// Package userpool is the user pool of one machine: accounts, credentials, codes, sessions and tokens.
//
// It owns the rules and the stored state, and speaks no protocol. Its parts do, each over the same Pool: oauth (the
// OAuth 2.0 and OpenID Connect endpoints), pages (the hosted sign-in and sign-up pages) and idp (the cognito-idp JSON
// API). A rule that two of them need lives here. What a rule comes from is cited as "facts" where Cognito's behaviour
// is the reason.
package userpool
