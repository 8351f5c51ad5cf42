package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Exit codes of the program.
const (
	exitOK    = 0
	exitFault = 1
	exitUsage = 2
)

type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the whole stack on this machine."`
	Stack   stackCmd   `cmd:"" help:"Print the template's resources and outputs as this machine resolves them."`
	Logs    logsCmd    `cmd:"" help:"Print a log group, or list the groups."`
	Users   usersCmd   `cmd:"" help:"Administer the accounts of a running server."`
	Items   itemsCmd   `cmd:"" help:"Move people's items: into a file, out of one, to a table."`
	Backup  backupCmd  `cmd:"" help:"Copy a data directory into one file, also while its server runs."`
	Restore restoreCmd `cmd:"" help:"Make a data directory of a backup."`
	Table   tableCmd   `cmd:"" help:"The DynamoDB table for items."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// streams are where a command writes: out is its answer, err is for people and operators.
type streams struct {
	out, err io.Writer
}

// run is the program without its process: it answers the exit code. A fault is one line on stderr, or one line for
// each problem of a template.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var commands cli
	exited := false
	parser, err := kong.New(&commands,
		kong.Name("todo"),
		kong.Description("One template, two homes: the stack of template.yaml on one machine, or on AWS by `sam deploy`."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { exited = true }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(streams{stdout, stderr}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		return fail(stderr, err, exitFault)
	}
	command, err := parser.Parse(args)
	if exited { // --help has been printed
		return exitOK
	}
	if err != nil {
		return fail(stderr, fmt.Errorf("%w (try todo --help)", err), exitUsage)
	}
	if err := command.Run(); err != nil {
		var usage usageError
		if errors.As(err, &usage) {
			return fail(stderr, err, exitUsage)
		}
		return fail(stderr, err, exitFault)
	}
	return exitOK
}

// usageError is a fault of the command line that only the command itself could see.
type usageError struct{ error }

func fail(stderr io.Writer, err error, code int) int {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(stderr, "todo:", line)
	}
	return code
}
