package idp

import "context"

type rotateInput struct {
	poolInput
	Withdraw bool
}

// rotateSigningKeys has new keys sign.
func rotateSigningKeys(ctx context.Context, a *API, in *rotateInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	until, err := a.cfg.Pool.RotateKeys(ctx, in.Withdraw)
	if err != nil {
		return nil, err
	}
	return struct{ PublishedUntil epoch }{epoch(until)}, nil
}
