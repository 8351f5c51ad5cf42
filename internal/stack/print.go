package stack

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Masked is what is shown of a NoEcho parameter, and of a client's secret in an output.
const Masked = "****"

// WriteTable prints the parameters, the resources and the outputs for a person to read. Values of NoEcho parameters
// and clients' secrets are masked.
func (s *Stack) WriteTable(w io.Writer) error {
	if len(s.Parameters) > 0 {
		rows := [][]string{{"PARAMETER", "VALUE"}}
		for _, p := range s.Parameters {
			rows = append(rows, []string{p.Name, p.shown()})
		}
		if err := writeRows(w, rows); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w); err != nil {
			return err
		}
	}
	rows := [][]string{{"RESOURCE", "TYPE", "REF"}}
	for _, r := range s.Resources {
		rows = append(rows, []string{r.LogicalID, r.Type, r.Ref})
	}
	if err := writeRows(w, rows); err != nil {
		return err
	}
	if len(s.Outputs) == 0 {
		return nil
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	return s.WriteOutputs(w)
}

// WriteOutputs prints the outputs for a person to read, clients' secrets masked.
func (s *Stack) WriteOutputs(w io.Writer) error {
	rows := [][]string{{"OUTPUT", "VALUE", "DESCRIPTION"}}
	for _, o := range s.Outputs {
		rows = append(rows, []string{o.Name, s.shown(o.Value), s.shown(o.Description)})
	}
	return writeRows(w, rows)
}

func writeRows(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, printable(cell))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// shown is an output's text without the secrets that the template puts there.
func (s *Stack) shown(text string) string {
	if s.UserPool == nil {
		return text
	}
	for _, c := range s.UserPool.Clients {
		if c.GenerateSecret {
			text = strings.ReplaceAll(text, c.SecretStandIn, Masked)
		}
	}
	return text
}

func (p Parameter) shown() string {
	if p.NoEcho {
		return Masked
	}
	return p.Value
}

type (
	describedResource struct{ Type, Ref string }
	describedOutput   struct{ Value, Description string }
	described         struct {
		Parameters map[string]string
		Resources  map[string]describedResource
		Outputs    map[string]describedOutput
	}
)

// WriteJSON prints one JSON object with the members Parameters, Resources and Outputs, each an object keyed by name.
// Values of NoEcho parameters and clients' secrets are masked.
func (s *Stack) WriteJSON(w io.Writer) error {
	d := described{map[string]string{}, map[string]describedResource{}, map[string]describedOutput{}}
	for _, p := range s.Parameters {
		d.Parameters[p.Name] = p.shown()
	}
	for _, r := range s.Resources {
		d.Resources[r.LogicalID] = describedResource{r.Type, r.Ref}
	}
	for _, o := range s.Outputs {
		d.Outputs[o.Name] = describedOutput{s.shown(o.Value), s.shown(o.Description)}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}
