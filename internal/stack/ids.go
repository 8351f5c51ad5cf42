package stack

import "crypto/sha256"

// What the pseudo parameters give on one machine.
const (
	// Region is AWS::Region.
	Region = "local"
	// AccountID is AWS::AccountId.
	AccountID = "000000000000"

	partition = "aws"
	urlSuffix = "amazonaws.com"
)

const (
	digits = "0123456789"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// id makes the part of an id that AWS would choose at random. It follows from the stack's name, the logical id and
// what it is for, so that every process comes to the same one with nothing stored, and other stacks to others.
func (l *loader) id(logicalID, purpose string, length int, alphabet string) string {
	sum := sha256.Sum256([]byte(l.opts.StackName + "\x00" + logicalID + "\x00" + purpose))
	out := make([]byte, length)
	for i := range out {
		out[i] = alphabet[int(sum[i])%len(alphabet)]
	}
	return string(out)
}

// physicalName is the name CloudFormation gives to a resource that was given none.
func (l *loader) physicalName(logicalID string) string {
	const most = 64 - 13 // a function's name has 64 characters at most
	name := l.opts.StackName + "-" + logicalID
	if len(name) > most {
		name = name[:most]
	}
	return name + "-" + l.id(logicalID, "name", 12, digits+upper)
}

func (l *loader) stackID() string {
	hex := func(purpose string, length int) string { return l.id("", purpose, length, digits+"abcdef") }
	uuid := hex("a", 8) + "-" + hex("b", 4) + "-4" + hex("c", 3) + "-a" + hex("d", 3) + "-" + hex("e", 12)
	return l.arn("cloudformation", "stack/"+l.opts.StackName+"/"+uuid)
}

func (l *loader) arn(service, rest string) string {
	return "arn:" + partition + ":" + service + ":" + Region + ":" + AccountID + ":" + rest
}

// pseudo is the value of a pseudo parameter other than AWS::NoValue.
func (l *loader) pseudo(at *node, name string) (*node, bool) {
	switch name {
	case "AWS::AccountId":
		return at.scalar(AccountID), true
	case "AWS::NotificationARNs":
		return &node{kind: list, line: at.line, path: at.path}, true
	case "AWS::Partition":
		return at.scalar(partition), true
	case "AWS::Region":
		return at.scalar(Region), true
	case "AWS::StackId":
		return at.scalar(l.stackID()), true
	case "AWS::StackName":
		return at.scalar(l.opts.StackName), true
	case "AWS::URLSuffix":
		return at.scalar(urlSuffix), true
	default:
		return nil, false
	}
}
