package stack

import (
	"slices"
	"time"
)

func logGroupARN(l *loader, r *resource) string { return l.arn("logs", "log-group:"+l.refOf(r)+":*") }

func roleARN(l *loader, r *resource) string {
	return "arn:" + partition + ":iam::" + AccountID + ":role/" + l.refOf(r)
}

// retentionDays are what CloudWatch Logs accepts.
var retentionDays = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

func decodeLogGroup(p *parts, r *resource, o *object) {
	group := LogGroup{LogicalID: r.id, Name: p.l.refOf(r)}
	o.skip(
		"BearerTokenAuthenticationEnabled", "DataProtectionPolicy", "DeletionProtectionEnabled", "FieldIndexPolicies", "KmsKeyId",
		"LogGroupClass", "LogGroupName", "ResourcePolicyDocument", "Tags",
	)
	if o.has("RetentionInDays") {
		days := o.integer("RetentionInDays", 1, 1, 3653)
		if !slices.Contains(retentionDays, days) {
			o.fault("RetentionInDays", "%d is not a number of days that CloudWatch Logs offers", days)
		}
		group.Retention = time.Duration(days) * 24 * time.Hour
	}
	p.groups = append(p.groups, group)
}
