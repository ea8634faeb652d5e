// kubectl as it is, but for its client-side throttle: with that, a hundred writes take kubectl twenty seconds, and the
// comparison would say nothing about the rest.
package main

import (
	"os"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	flags := genericclioptions.NewConfigFlags(true).WithWarningPrinter(streams)
	flags.WrapConfigFn = func(config *rest.Config) *rest.Config {
		config.QPS = -1
		return config
	}
	options := cmd.KubectlOptions{Arguments: os.Args, ConfigFlags: flags, IOStreams: streams}
	if err := cli.RunNoErrOutput(cmd.NewDefaultKubectlCommandWithArgs(options)); err != nil {
		util.CheckErr(err)
	}
}
