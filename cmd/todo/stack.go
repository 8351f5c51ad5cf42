package main

import (
	"net"
)

type stackCmd struct {
	stackFlags
	Output string `enum:"table,json" default:"table" help:"How to print: table or json."`
}

// Run prints what `serve` with the same flags would run, touching nothing.
func (c stackCmd) Run(s streams) error {
	addr, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return err
	}
	described, err := c.load(addr)
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return described.WriteJSON(s.out)
	}
	return described.WriteTable(s.out)
}
