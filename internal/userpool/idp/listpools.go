package idp

import (
	"context"
	"strconv"
)

const maxPools = 60 // of a list at once

// pageOf asks for a part of a list of pools or clients. There are so few that a page token is a position.
type pageOf struct {
	MaxResults *int
	NextToken  text
}

func (in *pageOf) check(c *checks) {
	c.within("maxResults", in.MaxResults, 1, maxPools)
	c.optional("nextToken", in.NextToken, codeForm)
}

// of cuts the page out of n entries; next is empty when it is the last.
func (in *pageOf) of(n int) (from, to int, next string, err error) {
	if in.NextToken.Given {
		from, err = strconv.Atoi(in.NextToken.Value)
		if err != nil || from < 0 || from > n {
			return 0, 0, "", refuse("InvalidParameterException", "Invalid pagination token.")
		}
	}
	size := maxPools
	if in.MaxResults != nil {
		size = *in.MaxResults
	}
	if to = min(from+size, n); to < n {
		next = strconv.Itoa(to)
	}
	return from, to, next, nil
}

type listPoolsInput struct{ pageOf }

func (in *listPoolsInput) check(c *checks) {
	if in.MaxResults == nil {
		c.fail("maxResults", text{}, "Member must not be null")
	}
	in.pageOf.check(c)
}

type poolSummary struct {
	ID   string `json:"Id"`
	Name string
}

// listUserPools lists the one pool that there is.
func listUserPools(_ context.Context, a *API, in *listPoolsInput) (any, error) {
	s := a.cfg.Pool.Settings()
	all := []poolSummary{{ID: s.ID, Name: s.Name}}
	from, to, next, err := in.of(len(all))
	if err != nil {
		return nil, err
	}
	return struct {
		UserPools []poolSummary
		NextToken string `json:",omitempty"`
	}{all[from:to], next}, nil
}

type listClientsInput struct {
	poolInput
	pageOf
}

func (in *listClientsInput) check(c *checks) {
	in.poolInput.check(c)
	in.pageOf.check(c)
}

type clientSummary struct {
	ClientID   string `json:"ClientId"`
	UserPoolID string `json:"UserPoolId"`
	ClientName string
}

func listUserPoolClients(_ context.Context, a *API, in *listClientsInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	all := a.cfg.Pool.Settings().Clients
	from, to, next, err := in.of(len(all))
	if err != nil {
		return nil, err
	}
	page := []clientSummary{}
	for _, c := range all[from:to] {
		page = append(page, clientSummary{ClientID: c.ID, UserPoolID: in.UserPoolID.Value, ClientName: c.Name})
	}
	return struct {
		UserPoolClients []clientSummary
		NextToken       string `json:",omitempty"`
	}{page, next}, nil
}
