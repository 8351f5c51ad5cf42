package userpool

import (
	"context"
	"encoding/base64"
	"net/netip"
)

// What one address may do in an hour, for all accounts and names together. Cognito has such limits too and does not say
// which. They are far above what the people behind one address of a company or a school do, and far below what guessing
// at many accounts or filling the pool with sign-ups takes.
var (
	quotaAddressTries   = quota{"tries", 100} // wrong passwords and wrong codes
	quotaAddressSignUps = quota{"sign-ups", 60}
	quotaAddressMails   = quota{"mails", 60}
)

type addressKey struct{}

// WithAddress says from which address a call comes, so that it counts against what one address may do. Calls without an
// address, or with the zero one, do not count, nor do those from a loopback address, where a program of this machine or a proxy in front of
// everybody calls.
func WithAddress(ctx context.Context, address netip.Addr) context.Context {
	return context.WithValue(ctx, addressKey{}, address)
}

// from is what counts for the address of a call; ok is false when nothing does. An IPv6 address counts with its /64,
// which is what one customer has at the least.
func (p *Pool) from(ctx context.Context) (w who, ok bool) {
	address, ok := ctx.Value(addressKey{}).(netip.Addr)
	if !ok {
		return who{}, false
	}
	address = address.Unmap().WithZone("")
	if !address.IsValid() || address.IsLoopback() {
		return who{}, false
	}
	if address.Is6() {
		network, err := address.Prefix(64)
		if err != nil {
			return who{}, false
		}
		address = network.Addr()
	}
	sum := p.digest("address", address.String())
	return who{addresses, base64.RawStdEncoding.EncodeToString(sum[:18])}, true
}

// mayTry refuses guesses from an address that has guessed wrong too often.
func (p *Pool) mayTry(ctx context.Context, t tx) error {
	w, ok := p.from(ctx)
	if !ok {
		return nil
	}
	g, err := t.guard(w)
	if err == nil && g.spent(t.now, quotaAddressTries) {
		return errLimit()
	}
	return err
}

// countFrom counts a call against what its address may do.
func (p *Pool) countFrom(ctx context.Context, t tx, q quota) error {
	w, ok := p.from(ctx)
	if !ok {
		return nil
	}
	g, err := t.guard(w)
	if err != nil {
		return err
	}
	if !g.use(t.now, q) {
		return errLimit()
	}
	if g.spent(t.now, q) {
		p.cfg.Logger.WarnContext(ctx, "user pool: an address has used up what it may do in an hour; if it is a proxy's, the server must be told",
			"address", ctx.Value(addressKey{}), "of", q.name)
	}
	return t.keep(w, g)
}

// countWrong counts a wrong guess, which is refused in any case.
func (p *Pool) countWrong(ctx context.Context, t tx, refusal error) error {
	if err := p.countFrom(ctx, t, quotaAddressTries); err != nil {
		return err
	}
	return refusal
}
