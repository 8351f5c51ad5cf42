package stack

import "strings"

// A neighbour is a resource type of which nothing is decoded. Its properties are known by name, so that a misspelt one
// is found; what is in them is not looked at.
type neighbour struct {
	class class
	// name is the property that Ref gives, when it is set.
	name       string
	properties string
}

func (n neighbour) kind() kind {
	k := kind{class: n.class, properties: strings.Fields(n.properties)}
	if n.name != "" {
		k.ref = named(n.name)
	}
	return k
}

// neighbours are the types that templates like this project's use beside those in kinds. The names of their properties
// are from the CloudFormation resource specification.
var neighbours = map[string]neighbour{
	"AWS::ApiGateway::Account": {inert, "", "CloudWatchRoleArn"},
	"AWS::CloudWatch::Alarm": {inert, "AlarmName", "ActionsEnabled AlarmActions AlarmDescription AlarmName ComparisonOperator DatapointsToAlarm " +
		"Dimensions EvaluateLowSampleCountPercentile EvaluationCriteria EvaluationInterval EvaluationPeriods " +
		"ExtendedStatistic InsufficientDataActions MetricName Metrics Namespace OKActions Period Statistic " +
		"Tags Threshold ThresholdMetricId TreatMissingData Unit"},
	"AWS::CloudWatch::CompositeAlarm": {inert, "AlarmName", "ActionsEnabled ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod " +
		"AlarmActions AlarmDescription AlarmName AlarmRule InsufficientDataActions OKActions Tags"},
	"AWS::CloudWatch::Dashboard": {inert, "DashboardName", "DashboardBody DashboardName Tags"},
	"AWS::IAM::ManagedPolicy":    {inert, "", "Description Groups ManagedPolicyName Path PolicyDocument Roles Users"},
	"AWS::IAM::Policy":           {inert, "PolicyName", "Groups PolicyDocument PolicyName Roles Users"},
	"AWS::IAM::RolePolicy":       {inert, "", "PolicyDocument PolicyName RoleName"},
	"AWS::Lambda::Permission": {inert, "", "Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl Principal " +
		"PrincipalOrgID SourceAccount SourceArn"},
	"AWS::Logs::MetricFilter": {inert, "FilterName", "ApplyOnTransformedLogs EmitSystemFieldDimensions FieldSelectionCriteria FilterName FilterPattern " +
		"LogGroupName MetricTransformations"},
	"AWS::Logs::QueryDefinition": {inert, "", "LogGroupNames Name Parameters QueryLanguage QueryString"},
	"AWS::Logs::ResourcePolicy":  {inert, "", "PolicyDocument PolicyName"},
	"AWS::SNS::Subscription": {inert, "", "DeliveryPolicy Endpoint FilterPolicy FilterPolicyScope Protocol RawMessageDelivery RedrivePolicy " +
		"Region ReplayPolicy SubscriptionRoleArn TopicArn"},
	"AWS::SNS::Topic": {inert, "", "ArchivePolicy ContentBasedDeduplication DataProtectionPolicy DeliveryStatusLogging DisplayName " +
		"FifoThroughputScope FifoTopic KmsMasterKeyId SignatureVersion Subscription Tags TopicName " +
		"TracingConfig"},
	"AWS::SNS::TopicPolicy":   {inert, "", "PolicyDocument Topics"},
	"AWS::XRay::Group":        {inert, "", "FilterExpression GroupName InsightsConfiguration Tags"},
	"AWS::XRay::SamplingRule": {inert, "", "RuleName SamplingRule SamplingRuleRecord SamplingRuleUpdate Tags"},
	amplifyDomain: {inert, "", "AppId AutoSubDomainCreationPatterns AutoSubDomainIAMRole CertificateSettings DomainName " +
		"EnableAutoSubDomain SubDomainSettings"},
	basePathMapping: {inert, "", "BasePath DomainName RestApiId Stage"},
	"AWS::ApiGateway::DomainName": {inert, "DomainName", "CertificateArn DomainName EndpointAccessMode EndpointConfiguration MutualTlsAuthentication " +
		"OwnershipVerificationCertificateArn RegionalCertificateArn RoutingMode SecurityPolicy Tags"},
	"AWS::Cognito::LogDeliveryConfiguration": {idle, "", "LogConfigurations UserPoolId"},
	"AWS::Cognito::ManagedLoginBranding":     {idle, "", "Assets ClientId ReturnMergedResources Settings UseCognitoProvidedValues UserPoolId"},
	"AWS::Cognito::UserPoolIdentityProvider": {idle, "ProviderName", "AttributeMapping IdpIdentifiers ProviderDetails ProviderName ProviderType UserPoolId"},
	"AWS::Cognito::UserPoolRiskConfigurationAttachment": {idle, "", "AccountTakeoverRiskConfiguration ClientId CompromisedCredentialsRiskConfiguration " +
		"RiskExceptionConfiguration UserPoolId"},
	"AWS::Cognito::UserPoolUICustomizationAttachment": {idle, "", "CSS ClientId UserPoolId"},
	"AWS::Logs::SubscriptionFilter": {idle, "FilterName", "ApplyOnTransformedLogs DestinationArn Distribution EmitSystemFields FieldSelectionCriteria " +
		"FilterName FilterPattern LogGroupName RoleArn"},
	"AWS::WAFv2::WebACL": {idle, "", "ApplicationConfig AssociationConfig CaptchaConfig ChallengeConfig CustomResponseBodies " +
		"DataProtectionConfig DefaultAction Description Name OnSourceDDoSProtectionConfig Rules Scope Tags " +
		"TokenDomains VisibilityConfig"},
	"AWS::WAFv2::WebACLAssociation": {idle, "", "ResourceArn WebACLArn"},
}
