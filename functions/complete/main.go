// Command complete is the Lambda function of POST /item/{id}/done.
package main

import (
	"example.com/todo/functions/internal/process"
	"example.com/todo/internal/api"
)

func main() { process.Run("complete", (*api.API).Complete) }
