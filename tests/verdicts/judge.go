// Says of each line of standard input, a JSON object, whether Go's crypto/x509 accepts the chain.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
)

type question struct {
	Name, Chain, Anchors, Host string
	Serves                     bool
}

// judge follows crypto/tls: what is presented must parse as a whole, and an authority that does
// not parse is passed over, as CertPool.AppendCertsFromPEM does.
func judge(asked question) error {
	var chain []*x509.Certificate
	rest := []byte(asked.Chain)
	for {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		chain = append(chain, certificate)
	}
	if len(chain) == 0 {
		return fmt.Errorf("no certificate")
	}
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(asked.Anchors))
	for _, one := range chain[1:] {
		between.AddCert(one)
	}
	usage := x509.ExtKeyUsageClientAuth
	if asked.Serves {
		usage = x509.ExtKeyUsageServerAuth
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		DNSName:       asked.Host,
		Roots:         roots,
		Intermediates: between,
		KeyUsages:     []x509.ExtKeyUsage{usage},
	})
	return err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		verdict := "accepted"
		if err := judge(asked); err != nil {
			verdict = strings.Map(printable, err.Error())
		}
		fmt.Printf("%s\t%s\n", asked.Name, verdict)
	}
}

func printable(letter rune) rune {
	if letter < ' ' || letter > '~' {
		return '?'
	}
	return letter
}
