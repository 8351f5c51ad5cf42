package stack

import "slices"

// attributeNames are those of a pool as clients name them, with the custom: prefix where they have it.
func (pool *UserPool) attributeNames() []string {
	all := slices.Clone(standardAttributes)
	for _, a := range pool.Schema {
		if a.Custom {
			all = append(all, "custom:"+a.Name)
		}
	}
	return all
}

// checkClientAttributes reports attributes of clients that the pool does not have: a misspelt one would be hidden from
// the client without a word.
func (p *parts) checkClientAttributes(pool *UserPool) {
	all := pool.attributeNames()
	for _, c := range p.clients {
		if c.pool != pool.ID {
			continue
		}
		for property, names := range map[string][]string{"ReadAttributes": c.client.ReadAttributes, "WriteAttributes": c.client.WriteAttributes} {
			for _, name := range names {
				if !slices.Contains(all, name) {
					c.at.fault(property, "the pool has no attribute %q%s", name, meant(name, all))
				}
			}
		}
	}
}
