package stack

import (
	"regexp"
	"strings"
)

type domainPart struct {
	pool, name, address string
	at                  *object
}

var domainPrefix = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// domainAddress is a pool domain's address on AWS: a prefix below Cognito's own name, or a name of its own when it has a
// certificate. It is empty when the domain could not be resolved.
func (l *loader) domainAddress(r *resource) string {
	name := l.propertyText(r, "Domain")
	switch {
	case name == "":
		return ""
	case l.property(r, "CustomDomainConfig") != nil:
		return "https://" + name
	default:
		return "https://" + name + ".auth." + Region + ".amazoncognito.com"
	}
}

func decodeDomain(p *parts, r *resource, o *object) {
	d := domainPart{pool: o.required("Domain", "UserPoolId").raw("UserPoolId"), name: o.raw("Domain"), at: o}
	custom := o.has("CustomDomainConfig")
	if d.name != "" && !custom && !domainPrefix.MatchString(d.name) {
		o.fault("Domain", "%q must be lower-case letters, digits and inner hyphens, at most 63", d.name)
	}
	if custom && !strings.Contains(d.name, ".") {
		o.fault("Domain", "%q must be a whole host name when it has a certificate", d.name)
	}
	d.address = p.l.localize(p.l.domainAddress(r))
	if o.enum("ManagedLoginVersion", "1", "1", "2") == "2" && p.l.tierOf(d.pool) == "LITE" {
		o.fault("ManagedLoginVersion", "2 is managed login, which a pool of the tier LITE has not")
	}
	o.skip("Routing")
	p.domains = append(p.domains, d)
}

// tierOf is the tier of a pool of this template, by its id; empty when it is not set.
func (l *loader) tierOf(pool string) string {
	for _, r := range l.resources {
		if r.kindName == cognitoPool && !r.absent() && poolID(l, r) == pool {
			return l.propertyText(r, "UserPoolTier")
		}
	}
	return ""
}

// assemblePool gives the pool its clients and its domain.
func (p *parts) assemblePool(s *Stack) {
	pool := &UserPool{} // stands for none
	if len(p.pools) > 0 {
		pool = p.pools[0]
		s.UserPool = pool
	}
	for _, other := range p.pools[min(1, len(p.pools)):] {
		r := p.l.byID[other.LogicalID]
		p.l.notices.add(r.node.line, r.node.path, "only the first user pool, %s, runs here", pool.LogicalID)
	}
	for _, c := range p.clients {
		if c.pool == pool.ID {
			pool.Clients = append(pool.Clients, c.client)
			continue
		}
		p.foreignPool(c.at, c.pool)
	}
	for _, d := range p.domains {
		switch {
		case d.pool != pool.ID:
			p.foreignPool(d.at, d.pool)
		case pool.Domain != "":
			p.l.notices.add(d.at.n.line, d.at.n.path, "only the first domain of the pool, %s, is served here", pool.Domain)
		default:
			pool.Domain, pool.DomainURL = d.name, d.address
		}
	}
	if pool.ConfirmByLink && pool.Domain == "" {
		r := p.l.byID[pool.LogicalID]
		p.l.notices.add(r.node.line, r.node.path, "confirmation by a link needs a domain, which has the page that it leads to; codes are mailed instead")
	}
	p.assembleBelongings(pool)
	p.checkScopes(pool)
	p.checkClientAttributes(pool)
}

func (p *parts) foreignPool(o *object, id string) {
	if id != "" { // else it has been reported
		p.l.notices.add(o.line("UserPoolId"), o.path("UserPoolId"), "belongs to another user pool than the one that runs here")
	}
}
