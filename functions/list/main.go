// Command list is the Lambda function of GET /item.
package main

import (
	"example.com/todo/functions/internal/process"
	"example.com/todo/internal/api"
)

func main() { process.Run("list", (*api.API).List) }
