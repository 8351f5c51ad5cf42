package idp

import (
	"context"

	"example.com/todo/internal/stack"
)

type resourceInput struct {
	UserPoolID text `json:"UserPoolId"`
	Identifier text
}

func (in *resourceInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	c.required("identifier", in.Identifier, identifierForm)
}

var identifierForm = newForm(1, 256, `[\x21\x23-\x5B\x5D-\x7E]+`)

type resourceShape struct {
	UserPoolID string `json:"UserPoolId"`
	Identifier string
	Name       string
	Scopes     []scopeShape
}

type scopeShape struct {
	ScopeName        string
	ScopeDescription string
}

func (a *API) resourceOf(s stack.ResourceServer) resourceShape {
	shape := resourceShape{UserPoolID: a.cfg.Pool.Settings().ID, Identifier: s.Identifier, Name: s.Name, Scopes: []scopeShape{}}
	for _, scope := range s.Scopes {
		shape.Scopes = append(shape.Scopes, scopeShape{scope.Name, scope.Description})
	}
	return shape
}

func describeResourceServer(_ context.Context, a *API, in *resourceInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	for _, s := range a.cfg.Pool.Settings().ResourceServers {
		if s.Identifier == in.Identifier.Value {
			return struct{ ResourceServer resourceShape }{a.resourceOf(s)}, nil
		}
	}
	return nil, refuse("ResourceNotFoundException", "Resource server "+in.Identifier.Value+" does not exist.")
}

type listResourcesInput struct {
	UserPoolID text `json:"UserPoolId"`
	pageOf
}

func (in *listResourcesInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	in.pageOf.check(c)
}

func listResourceServers(_ context.Context, a *API, in *listResourcesInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	all := a.cfg.Pool.Settings().ResourceServers
	from, to, next, err := in.of(len(all))
	if err != nil {
		return nil, err
	}
	page := []resourceShape{}
	for _, s := range all[from:to] {
		page = append(page, a.resourceOf(s))
	}
	return struct {
		ResourceServers []resourceShape
		NextToken       string `json:",omitempty"`
	}{page, next}, nil
}
