package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

// proxyFlags name the proxies whose word about addresses is taken.
type proxyFlags struct {
	TrustedProxy []string `env:"TODO_TRUSTED_PROXY" placeholder:"ADDRESS" help:"The proxy in front, as an address or a network such as 10.0.0.0/8; may be given again. What it adds to X-Forwarded-For is then where requests come from, for limits and the access log. Nobody else's header is believed."`
}

// networks are the proxies' addresses.
func (f proxyFlags) networks() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range f.TrustedProxy {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			var address netip.Addr
			if address, err = netip.ParseAddr(text); err == nil {
				network, err = address.Unmap().Prefix(address.Unmap().BitLen())
			}
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("--trusted-proxy: %q is neither an address nor a network such as 10.0.0.0/8", text)}
		}
		if network.Bits() == 0 {
			return nil, usageError{fmt.Errorf("--trusted-proxy: %s would believe everybody", text)}
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// behind has h see requests as coming from whom the proxies say, and others as coming from whoever connected.
func behind(proxies []netip.Prefix, h http.Handler) http.Handler {
	if len(proxies) == 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client, ok := forwarded(proxies, r); ok {
			r = r.WithContext(r.Context()) // a copy
			r.RemoteAddr = client.String()
		}
		h.ServeHTTP(w, r)
	})
}

// forwarded is the address that the nearest proxy saw which is not itself a proxy's. Proxies append to the header, so it
// is read from its end: what a client has put into it itself is in front, and is never reached.
func forwarded(proxies []netip.Prefix, r *http.Request) (netip.AddrPort, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !trusted(proxies, peer.Addr()) {
		return netip.AddrPort{}, false
	}
	nearest := netip.AddrPort{}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		address, ok := hopAddress(strings.TrimSpace(hop))
		if !ok {
			break
		}
		nearest = netip.AddrPortFrom(address, 0)
		if !trusted(proxies, address) {
			break
		}
	}
	return nearest, nearest.IsValid()
}

// hopAddress reads an entry of X-Forwarded-For: an address, to which some proxies add the port.
func hopAddress(hop string) (netip.Addr, bool) {
	if address, err := netip.ParseAddr(strings.Trim(hop, "[]")); err == nil {
		return address.Unmap().WithZone(""), true
	}
	withPort, err := netip.ParseAddrPort(hop)
	return withPort.Addr().Unmap().WithZone(""), err == nil
}

func trusted(proxies []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(proxies, func(network netip.Prefix) bool { return network.Contains(address.Unmap().WithZone("")) })
}

// addressed tells the user pool from where each request comes, and by which program.
func addressed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := userpool.WithAgent(r.Context(), r.UserAgent())
		if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
			ctx = userpool.WithAddress(ctx, peer.Addr())
		}
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}
