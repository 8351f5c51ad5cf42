package lambda

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

// EncodeEvent writes an event as Lambda hands it to a function: the input format 1.0 of a proxy integration ("Set up
// Lambda proxy integrations", API Gateway Developer Guide). Every key is there, and what is empty is null, which the
// struct's own tags would leave out or write as an empty string.
func EncodeEvent(event events.APIGatewayProxyRequest) ([]byte, error) {
	wire := wireEvent{
		Resource:                        event.Resource,
		Path:                            event.Path,
		HTTPMethod:                      event.HTTPMethod,
		Headers:                         event.Headers,
		MultiValueHeaders:               event.MultiValueHeaders,
		QueryStringParameters:           orNull(event.QueryStringParameters),
		MultiValueQueryStringParameters: orNull(event.MultiValueQueryStringParameters),
		PathParameters:                  orNull(event.PathParameters),
		StageVariables:                  orNull(event.StageVariables),
		RequestContext:                  wireContextOf(event.RequestContext),
		Body:                            text(event.Body),
		IsBase64Encoded:                 event.IsBase64Encoded,
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(wire); err != nil {
		return nil, fmt.Errorf("lambda: event: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

type wireEvent struct {
	Resource                        string              `json:"resource"`
	Path                            string              `json:"path"`
	HTTPMethod                      string              `json:"httpMethod"`
	Headers                         map[string]string   `json:"headers"`
	MultiValueHeaders               map[string][]string `json:"multiValueHeaders"`
	QueryStringParameters           map[string]string   `json:"queryStringParameters"`
	MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`
	PathParameters                  map[string]string   `json:"pathParameters"`
	StageVariables                  map[string]string   `json:"stageVariables"`
	RequestContext                  wireContext         `json:"requestContext"`
	Body                            *string             `json:"body"`
	IsBase64Encoded                 bool                `json:"isBase64Encoded"`
}

type wireContext struct {
	ResourceID        string         `json:"resourceId"`
	Authorizer        map[string]any `json:"authorizer,omitempty"` // absent without an authorizer
	ResourcePath      string         `json:"resourcePath"`
	OperationName     string         `json:"operationName,omitempty"`
	HTTPMethod        string         `json:"httpMethod"`
	ExtendedRequestID string         `json:"extendedRequestId"`
	RequestTime       string         `json:"requestTime"`
	Path              string         `json:"path"`
	AccountID         string         `json:"accountId"`
	Protocol          string         `json:"protocol"`
	Stage             string         `json:"stage"`
	DomainPrefix      string         `json:"domainPrefix"`
	RequestTimeEpoch  int64          `json:"requestTimeEpoch"`
	RequestID         string         `json:"requestId"`
	Identity          wireIdentity   `json:"identity"`
	DomainName        string         `json:"domainName"`
	DeploymentID      string         `json:"deploymentId"`
	APIID             string         `json:"apiId"`
}

type wireIdentity struct {
	CognitoIdentityPoolID         *string `json:"cognitoIdentityPoolId"`
	APIKey                        string  `json:"apiKey,omitempty"` // there only when the method needs a key
	APIKeyID                      string  `json:"apiKeyId,omitempty"`
	AccountID                     *string `json:"accountId"`
	CognitoIdentityID             *string `json:"cognitoIdentityId"`
	Caller                        *string `json:"caller"`
	SourceIP                      string  `json:"sourceIp"`
	PrincipalOrgID                *string `json:"principalOrgId"`
	AccessKey                     *string `json:"accessKey"`
	CognitoAuthenticationType     *string `json:"cognitoAuthenticationType"`
	CognitoAuthenticationProvider *string `json:"cognitoAuthenticationProvider"`
	UserArn                       *string `json:"userArn"`
	UserAgent                     *string `json:"userAgent"`
	User                          *string `json:"user"`
	// ClientCert is there only with mutual TLS.
	ClientCert *events.APIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCert `json:"clientCert,omitempty"`
}

func wireContextOf(c events.APIGatewayProxyRequestContext) wireContext {
	return wireContext{
		ResourceID:        c.ResourceID,
		Authorizer:        c.Authorizer,
		ResourcePath:      c.ResourcePath,
		OperationName:     c.OperationName,
		HTTPMethod:        c.HTTPMethod,
		ExtendedRequestID: c.ExtendedRequestID,
		RequestTime:       c.RequestTime,
		Path:              c.Path,
		AccountID:         c.AccountID,
		Protocol:          c.Protocol,
		Stage:             c.Stage,
		DomainPrefix:      c.DomainPrefix,
		RequestTimeEpoch:  c.RequestTimeEpoch,
		RequestID:         c.RequestID,
		Identity:          wireIdentityOf(c.Identity),
		DomainName:        c.DomainName,
		DeploymentID:      deploymentID(c.APIID, c.Stage),
		APIID:             c.APIID,
	}
}

func wireIdentityOf(i events.APIGatewayRequestIdentity) wireIdentity {
	return wireIdentity{
		CognitoIdentityPoolID:         text(i.CognitoIdentityPoolID),
		APIKey:                        i.APIKey,
		APIKeyID:                      i.APIKeyID,
		AccountID:                     text(i.AccountID),
		CognitoIdentityID:             text(i.CognitoIdentityID),
		Caller:                        text(i.Caller),
		SourceIP:                      i.SourceIP,
		AccessKey:                     text(i.AccessKey),
		CognitoAuthenticationType:     text(i.CognitoAuthenticationType),
		CognitoAuthenticationProvider: text(i.CognitoAuthenticationProvider),
		UserArn:                       text(i.UserArn),
		UserAgent:                     text(i.UserAgent),
		User:                          text(i.User),
		ClientCert:                    i.ClientCert,
	}
}

// deploymentID stands for the id of the stage's deployment, which aws-lambda-go's struct has no field for: six
// characters, the same for every event of a stage.
func deploymentID(api, stage string) string {
	sum := sha256.Sum256([]byte(api + "/" + stage))
	return hex.EncodeToString(sum[:3])
}

// text is a string that is null when it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// orNull is a map that is null when it is empty.
func orNull[V any](m map[string]V) map[string]V {
	if len(m) == 0 {
		return nil
	}
	return m
}
