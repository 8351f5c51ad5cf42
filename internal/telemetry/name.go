package telemetry

import (
	"fmt"
	"regexp"
	"strings"
)

// groupName is what CloudWatch takes as the name of a log group (CreateLogGroup).
var groupName = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)

// A group's file is its name with an extension. Most names start with a slash and lie in the directory as they read;
// those that do not lie below a folder that no name can hold, so that "a" and "/a" stay apart.
const (
	extension = ".log"
	relative  = "@/"
	// longestSegment leaves room for what fileName and part.name add, within the 255 bytes of a file system's name.
	longestSegment = 230
)

// fileName is the group's file below the directory, in slashes.
func fileName(group string) (string, error) {
	if !groupName.MatchString(group) {
		return "", fmt.Errorf("telemetry: %.40q is no name of a log group: 1 to 512 of a-z A-Z 0-9 _ - / . #", group)
	}
	file, absolute := strings.CutPrefix(group, "/")
	for segment := range strings.SplitSeq(file, "/") {
		if segment == "" || segment == "." || segment == ".." {
			return "", fmt.Errorf("telemetry: log group %q has an empty, `.` or `..` part", group)
		}
		if len(segment) > longestSegment {
			return "", fmt.Errorf("telemetry: log group %.40q… has a part of more than %d characters", group, longestSegment)
		}
	}
	if !absolute {
		file = relative + file
	}
	return file + extension, nil
}

// groupOf is the reverse of fileName; ok is false for a file that is none of a group's.
func groupOf(file string) (group string, ok bool) {
	name, ok := strings.CutSuffix(file, extension)
	if !ok {
		return "", false
	}
	if group, ok = strings.CutPrefix(name, relative); !ok {
		group = "/" + name
	}
	back, err := fileName(group)
	return group, err == nil && back == file
}
