// Package telemetry keeps what the running parts say of themselves: log groups, as CloudWatch keeps them.
//
// A group is a file, which takes new lines, and its older parts beside it. On each new UTC day, and when it reaches 64
// MiB, the file becomes a part by being renamed, so that no line is written twice or lost, whenever the process dies:
//
//	logs/aws/lambda/todo-Add.log                  the lines of today
//	logs/aws/lambda/todo-Add.log.2026-03-01.0001  a part: the lines of a day, numbered from the oldest
//	logs/aws/lambda/todo-Add.log.2026-03-01.0002
//
// Names sort by time, and all are plain text. A part goes, whole, once the last line of its day is older than the group's
// retention. Beyond that a group is bounded by MaxGroup: CloudWatch keeps everything, but here logs share a disk with
// the data, and a flood of requests must not stop the writes of those who are served. What goes for that reason is told.
//
// One process writes a directory of groups (Groups); any number may read it at the same time (List, Copy, Follow).
package telemetry
