package idp

import "context"

// session is a sign-in of the person who calls.
type session struct {
	SessionID    string `json:"SessionId"`
	ClientName   string
	UserAgent    string
	SignInDate   epoch
	LastUsedDate epoch
	Current      bool // the one that calls
}

// listSessions is of this pool's own: the service knows only devices, and those only where a client remembers them.
func listSessions(ctx context.Context, a *API, in *bearerInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	list, err := a.cfg.Pool.SignIns(ctx, claims.Sub)
	if err != nil {
		return nil, err
	}
	out := struct{ Sessions []session }{[]session{}}
	for _, s := range list {
		out.Sessions = append(out.Sessions, session{
			SessionID: s.ID, ClientName: s.Client, UserAgent: s.Agent,
			SignInDate: epoch(s.At), LastUsedDate: epoch(s.Used), Current: s.ID == claims.EventID,
		})
	}
	return out, nil
}

type endSessionInput struct {
	AccessToken text
	SessionID   text `json:"SessionId"`
}

func (in *endSessionInput) check(c *checks) {
	c.required("accessToken", in.AccessToken, tokenForm)
	c.required("sessionId", in.SessionID, sessionIDForm)
}

var sessionIDForm = newForm(36, 36, `[0-9a-f-]+`)

func endSession(ctx context.Context, a *API, in *endSessionInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.EndSignIn(ctx, claims.Sub, in.SessionID.Value)
}

// endAllSessions goes further than GlobalSignOut, which leaves browsers signed in at the hosted pages.
func endAllSessions(ctx context.Context, a *API, in *bearerInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.EndSignIns(ctx, claims.Sub)
}
