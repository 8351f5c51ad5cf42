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
		case amplifyDomain:
			l.addAppDomain(r, add)
		case basePathMapping:
			l.addAPIDomain(r, add)
		}
	}
}

// addAPIDomain gives an API's address to a domain name that is mapped to it. The stage is part of the mapping, and so of
// what takes the domain's place.
func (l *loader) addAPIDomain(r *resource, add func(aws, local string)) {
	name, api := l.propertyText(r, "DomainName"), l.propertyText(r, "RestApiId")
	if name == "" || l.opts.Local.API == "" {
		return
	}
	if base := l.propertyText(r, "BasePath"); base != "" {
		name += "/" + base
	}
	for _, other := range l.resources {
		if other.kindName == serverlessAPI && !other.absent() && l.refOf(other) == api {
			add("https://"+name, l.opts.Local.API+"/"+l.propertyText(other, "StageName"))
		}
	}
}

// addAppDomain gives the app's address to each name below a domain of its own.
func (l *loader) addAppDomain(r *resource, add func(aws, local string)) {
	domain := l.propertyText(r, "DomainName")
	settings := l.property(r, "SubDomainSettings")
	if domain == "" || settings == nil {
		return
	}
	for _, setting := range settings.items {
		name := domain
		if prefix := setting.get("Prefix"); prefix != nil && prefix.text != "" {
			name = prefix.text + "." + domain
		}
		add("https://"+name, l.opts.Local.App)
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
