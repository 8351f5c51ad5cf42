package stack

import "regexp"

// UserPoolGroup is an AWS::Cognito::UserPoolGroup.
type UserPoolGroup struct {
	Name        string
	Description string
	// Precedence is nil when the template gives none.
	Precedence *int
	RoleARN    string
}

// UserPoolUser is an AWS::Cognito::UserPoolUser: an account that is created as an administrator would.
type UserPoolUser struct {
	// Username is the e-mail or the telephone number in a pool whose users sign in by it.
	Username   string
	Attributes []UserAttribute
	// Suppress sends no invitation.
	Suppress bool
	// ForceAliasCreation takes a verified e-mail or telephone number that is another user's alias from that one.
	ForceAliasCreation bool
}

// UserAttribute is an attribute of a declared user, with the custom: prefix where it has it.
type UserAttribute struct{ Name, Value string }

// GroupMembership is an AWS::Cognito::UserPoolUserToGroupAttachment.
type GroupMembership struct{ Username, Group string }

const (
	cognitoGroup      = "AWS::Cognito::UserPoolGroup"
	cognitoUser       = "AWS::Cognito::UserPoolUser"
	cognitoAttachment = "AWS::Cognito::UserPoolUserToGroupAttachment"
)

// A belonging is a resource that is a part of the pool that it names.
type belonging struct {
	pool string // the pool's id
	at   *object
	give func(*UserPool)
}

func (p *parts) belongs(o *object, give func(*UserPool)) {
	p.belongings = append(p.belongings, belonging{pool: o.required("UserPoolId").raw("UserPoolId"), at: o, give: give})
}

// poolName is what users and groups may be called.
var poolName = regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$`)

func (o *object) poolName(property, name string) string {
	if name != "" && !poolName.MatchString(name) {
		o.fault(property, "must be 1 to 128 letters, digits, symbols or punctuation marks, without spaces")
	}
	return name
}

func decodeGroup(p *parts, r *resource, o *object) {
	o.skip("GroupName")
	g := UserPoolGroup{
		Name:        o.poolName("GroupName", named("GroupName")(p.l, r)),
		Description: o.raw("Description"), RoleARN: o.raw("RoleArn"),
		Precedence: o.optional("Precedence", 0, 1<<31-1),
	}
	p.belongs(o, func(pool *UserPool) { pool.Groups = append(pool.Groups, g) })
}

func decodeUser(p *parts, _ *resource, o *object) {
	u := UserPoolUser{
		Username: o.poolName("Username", o.required("Username").raw("Username")),
		Suppress: o.enum("MessageAction", "", "SUPPRESS") == "SUPPRESS", ForceAliasCreation: o.boolean("ForceAliasCreation", false),
	}
	o.each("UserAttributes", func(o *object) {
		o.required("Name", "Value")
		u.Attributes = append(u.Attributes, UserAttribute{Name: o.raw("Name"), Value: o.raw("Value")})
	})
	o.enums("DesiredDeliveryMediums", "EMAIL", "SMS")
	o.skip("ClientMetadata", "ValidationData") // for triggers
	p.belongs(o, func(pool *UserPool) { pool.Users = append(pool.Users, u) })
}

func decodeAttachment(p *parts, _ *resource, o *object) {
	o.required("Username", "GroupName")
	m := GroupMembership{Username: o.raw("Username"), Group: o.raw("GroupName")}
	p.belongs(o, func(pool *UserPool) { pool.Memberships = append(pool.Memberships, m) })
}

// assembleBelongings gives the pool its groups, users and memberships.
func (p *parts) assembleBelongings(pool *UserPool) {
	for _, b := range p.belongings {
		if b.pool == pool.ID {
			b.give(pool)
			continue
		}
		p.foreignPool(b.at, b.pool)
	}
}
