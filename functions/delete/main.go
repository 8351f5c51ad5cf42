// Command delete is the Lambda function of DELETE /item/{id}.
package main

import (
	"example.com/todo/functions/internal/process"
	"example.com/todo/internal/api"
)

func main() { process.Run("delete", (*api.API).Delete) }
