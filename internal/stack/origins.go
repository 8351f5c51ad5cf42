package stack

import (
	"net/url"
	"strings"
)

// An origin is an address on AWS that one of this machine's takes the place of.
type origin struct {
	aws string // scheme and host
	// local is the base address here; it may have a path.
	local string
}

// findOrigins makes the table of addresses out of the stack's own ids.
func (l *loader) findOrigins() {
	add := func(aws, local string) {
		if local != "" {
			l.origins = append(l.origins, origin{aws, local})
		}
	}
	add("https://cognito-idp."+Region+"."+urlSuffix, l.opts.Local.Issuer)
	for _, r := range l.resources {
		if r.absent() {
			continue
		}
		switch r.kindName {
		case serverlessAPI:
			add("https://"+l.refOf(r)+".execute-api."+Region+"."+urlSuffix, l.opts.Local.API)
		case cognitoDomain:
			if address := l.domainAddress(r); address != "" {
				add(address, l.opts.Local.Domain)
			}
		case amplifyBranch:
			app, branch := l.propertyText(r, "AppId"), l.propertyText(r, "BranchName")
			if app != "" && branch != "" {
				add("https://"+branch+"."+app+amplifySuffix, l.opts.Local.App)
			}
		}
	}
}

// localize puts local addresses in the place of those on AWS, wherever they stand in a string.
func (l *loader) localize(s string) string {
	return l.replaceOrigins(s, func(local string, _ bool) string { return local })
}

// localizeHeader does the same for the value of a header, where an address without a path is an origin and has to stay
// one: a source of a Content-Security-Policy that gained the path /auth would match that single address only.
func (l *loader) localizeHeader(s string) string {
	return l.replaceOrigins(s, func(local string, withPath bool) string {
		if u, err := url.Parse(local); err == nil && !withPath {
			return u.Scheme + "://" + u.Host
		}
		return local
	})
}

func (l *loader) replaceOrigins(s string, local func(base string, withPath bool) string) string {
	for _, o := range l.origins {
		if !strings.Contains(s, o.aws) {
			continue
		}
		var b strings.Builder
		for {
			before, after, found := strings.Cut(s, o.aws)
			b.WriteString(before)
			if !found {
				break
			}
			s = after
			if endsScheme(before) || startsHost(after) {
				b.WriteString(o.aws) // part of a longer name
				continue
			}
			b.WriteString(local(o.local, strings.HasPrefix(after, "/")))
		}
		s = b.String()
	}
	return s
}

// endsScheme tells whether https:// after this text would be the end of another scheme's name.
func endsScheme(before string) bool {
	if before == "" {
		return false
	}
	c := before[len(before)-1]
	return isAlphanumeric(c) || c == '+' || c == '-' || c == '.'
}

// startsHost tells whether a host goes on with this text: a further label, a port, or what makes the host a user name.
func startsHost(after string) bool {
	if after == "" {
		return false
	}
	c := after[0]
	return isAlphanumeric(c) || strings.IndexByte("-._:@%", c) >= 0 || c >= 0x80
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
