package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"example.com/todo/internal/todo"
)

// attempts is what one call learns of its attempts that failed and were followed by another.
type attempts struct {
	retryer aws.Retryer
	// unsure says that one of them may have been carried out all the same: its answer was lost or a server's fault.
	unsure bool
	last   error
}

// watch is the option by which a call is watched.
func (a *attempts) watch(o *dynamodb.Options) {
	a.retryer = o.Retryer
	if retryer, ok := o.Retryer.(aws.RetryerV2); ok { // all of the SDK's are
		o.Retryer = watched{retryer, a}
	}
}

type watched struct {
	aws.RetryerV2
	attempts *attempts
}

// RetryDelay is asked once for each attempt that another will follow.
func (w watched) RetryDelay(attempt int, err error) (time.Duration, error) {
	w.attempts.last = err
	// Without an answer there is a ResponseError all the same, of status 0.
	answer, ok := errors.AsType[*smithyhttp.ResponseError](err)
	refused := ok && answer.HTTPStatusCode()/100 == 4
	w.attempts.unsure = w.attempts.unsure || !refused
	return w.RetryerV2.RetryDelay(attempt, err)
}

// shut are the refusals of a table that is not there, or not for this program. No attempt of the same call helps, but
// whoever runs the program can.
var shut = []string{
	"ResourceNotFoundException", "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException",
	"IncompleteSignatureException", "MissingAuthenticationTokenException", "ExpiredTokenException",
}

// fault says what became of a call that failed. What was worth another attempt to the end, what there was no time left
// for, and a table that cannot be reached or does not let this program in, is todo.ErrUnavailable.
func (a *attempts) fault(ctx context.Context, err error) error {
	late := errors.Is(ctx.Err(), context.DeadlineExceeded)
	switch {
	case late && a.last != nil:
		return fmt.Errorf("%w: %w, after %w", todo.ErrUnavailable, err, a.last)
	case late, ctx.Err() == nil && (a.retryer.IsErrorRetryable(err) || isShut(err)):
		return fmt.Errorf("%w: %w", todo.ErrUnavailable, err)
	}
	return err
}

func isShut(err error) bool {
	refusal, refused := errors.AsType[smithy.APIError](err)
	_, unsent := errors.AsType[*smithyhttp.RequestSendError](err) // a name that is none, a certificate of somebody else
	return refused && slices.Contains(shut, refusal.ErrorCode()) || unsent || errors.Is(err, errCredentials)
}
