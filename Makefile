# Tollgate's commands. `make help` lists them.

MAVEN ?= mvn
# Maven's own libraries use what newer JDKs warn about; older ones do not know the flags.
MVN = JAVA_HOME="$(JDK)" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow \
  --enable-native-access=ALL-UNNAMED $(MAVEN_OPTS)" $(MAVEN) -B -ntp -Dstyle.color=never
JDK = $(or $(shell infra/local/find-jdk),$(error No JDK))

# The local cloud: the built classes, and the libraries that the build wrote down.
LOCAL_JAVA = "$(JDK)/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m \
  -Dsun.net.httpserver.nodelay=true --enable-native-access=ALL-UNNAMED \
  -cp "target/test-classes:target/classes:$$(cat target/local-cloud.classpath)"

# endpoints.json outlives a killed run until the next one starts.
RUNNING = [ -e .local/endpoints.json ] && kill -0 "$$(cat .local/lock.pid)" 2>/dev/null || \
  { echo "No local cloud runs here: start one with make run" >&2; exit 1; }

SOURCES := $(shell find src/main src/local -type f) pom.xml
BUILT = target/built
ENGINES = target/infra-local/resolved
BROWSER = target/infra-browser/chromium

.DEFAULT_GOAL := help
.PHONY: help run env cli test fuzz lint bench bench-inner bench-ledger demo-costs demo-prompt-caching \
  nightly rebuild-ledger native format clean-local clean calibrate promptfoo simulate-nights \
  demo-lifecycle bench-semantic embedding-table bench-sentence-model aot sbom package \
  chaos

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r name does; do printf '%-29s %s\n' "$$name" "$$does"; done

run: $(BUILT) $(ENGINES) ## Build and start everything on this machine; Ctrl-C stops it (PORT=3000)
	@exec $(LOCAL_JAVA) dev.tollgate.local.Run

env: ## Print the running local cloud's address and keys for a shell to eval
	@$(RUNNING)
	@sed -n -e 's/^ *"url" : "\(.*\)".*/export TOLLGATE_URL=\1/p' \
	  -e 's/^ *"admin" : "\(.*\)".*/export ADMIN_KEY=\1; export TOLLGATE_KEY=\1/p' \
	  -e 's/^ *"invoke" : "\(.*\)".*/export INVOKE_KEY=\1/p' \
	  -e 's/^ *"finance" : "\(.*\)".*/export FINANCE_KEY=\1/p' \
	  -e 's/^ *"lambda" : "\(.*\)".*/export LAMBDA_URL=\1/p' .local/endpoints.json

# For bin/tollgate. Not from $(BUILT), for the same reason as nightly.
cli:
	@[ -e target/classes/dev/tollgate/cli/Tollgate.class ] && [ -e target/cli.classpath ] || \
	  { echo "Compiling the tollgate command, this once." && $(MVN) -q process-classes; } >&2

# What the clouds and engines of the last run left is there to be looked at until now: 1.5 GB.
test: $(ENGINES) $(BROWSER) ## Run every test, against the real engines
	@rm -rf target/it target/test-engines
	@$(MVN) verify
	@touch $(BUILT)

# Each test of its own, since Jazzer fuzzes one in a process. What breaks one becomes a file beside
# the seeds, in src/test/resources, which `make test` tries from then on.
FUZZ_SECONDS ?= 60
FUZZ = .
JAZZER = "$(JDK)/bin/java" -Xmx1g -XX:+EnableDynamicAgentLoading \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
  -cp "target/test-classes:target/classes:$$(cat target/local-cloud.classpath)" \
  com.code_intelligence.jazzer.Jazzer
fuzz: $(BUILT) ## Try made-up inputs, each kind a minute (FUZZ_SECONDS=60 FUZZ=name)
	@$(JAZZER) --list_fuzz_tests= 2>/dev/null | grep -E '::.*$(FUZZ)|$(FUZZ).*::' | \
	  while IFS=: read -r class _ method; do \
	    echo "$$class: $$method"; \
	    $(JAZZER) --target_class=$$class --target_method=$$method \
	      --max_duration=$(FUZZ_SECONDS)s --instrument='dev.tollgate.**' \
	      </dev/null >target/fuzz.log 2>&1 || { grep -Ev '^INFO|^#' target/fuzz.log; exit 1; }; \
	    sed -n 's/^Done/  done:/p' target/fuzz.log; \
	  done

lint: ## Check the AWS templates
	@infra/lint

BENCH = $(LOCAL_JAVA) --sun-misc-unsafe-memory-access=allow dev.tollgate.local.bench.Bench
bench: $(BUILT) $(ENGINES) $(BROWSER) ## Measure calls, start-up, memory and more, in one table (PART="name name")
	@exec $(BENCH) $(PART)

bench-inner: $(BUILT) ## Measure only the parts of a call that ask nobody, with JMH
	@exec $(BENCH) inner

bench-semantic: $(BUILT) ## Measure the semantic cache: hits and wrong hits
	@exec $(LOCAL_JAVA) dev.tollgate.semantic.SemanticBench infra/semantic/labelled-pairs.yaml

chaos: $(BUILT) $(ENGINES) ## Break everything under load and see what holds (SCENARIO=name,name SEED=n RUNS=3)
	@exec $(LOCAL_JAVA) dev.tollgate.local.chaos.Chaos

simulate-nights: $(BUILT) ## Show how often the rule of the night is wrong
	@exec $(LOCAL_JAVA) dev.tollgate.local.bench.SimulatedNights

demo-lifecycle: $(BUILT) $(ENGINES) ## Show a prompt's life: tested, live, worse, rolled back
	@exec $(LOCAL_JAVA) dev.tollgate.local.demo.LifecycleDemo

demo-prompt-caching: $(BUILT) $(ENGINES) ## Show what the provider's prompt cache saves
	@exec $(LOCAL_JAVA) dev.tollgate.local.demo.PromptCachingDemo

bench-ledger: $(BUILT) $(ENGINES) ## Measure the ledger and the report with five million calls
	@exec $(LOCAL_JAVA) dev.tollgate.local.bench.LedgerBench

demo-costs: $(BUILT) $(ENGINES) ## Find the biggest spend of a hundred calls, and lower it
	@exec $(LOCAL_JAVA) dev.tollgate.local.demo.CostDemo

rebuild-ledger: cli ## Empty the running local cloud's ledger and book all calls again
	@$(RUNNING)
	@eval "$$(make -s env)" && bin/tollgate costs rebuild

# What is measured is the judge of TOLLGATE_URL, with the keys of TOLLGATE_KEY and INVOKE_KEY.
CLAIMS ?= infra/judge/labelled-claims.yaml
calibrate: $(BUILT) ## Measure the judge with labelled claims (CLAIMS=file JUDGE_MODEL=model)
	@$(LOCAL_JAVA) dev.tollgate.evaluation.judge.JudgeCalibration $(CLAIMS)

# Not a part of test: it downloads two gigabytes.
promptfoo: ## Compare the scores of suites with promptfoo's, on a running local cloud
	@$(RUNNING)
	@infra/promptfoo/compare "$(JDK)"

# Not from $(BUILT): a build would replace what the running local cloud loads its classes from.
nightly: ## Run the nightly regression of the running local cloud now
	@$(RUNNING)
	@exec $(LOCAL_JAVA) dev.tollgate.local.Nightly

TOOL = $(MVN) -q -Ptools test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass
embedding-table: ## Distil the table of embeddings anew, and compare it with the one that is kept
	@$(TOOL)=dev.tollgate.tools.EmbeddingTable -Dexec.args=target/embedding-table
	@cd target/embedding-table && sha256sum -c ../../src/main/resources/semantic/SHA256SUMS

bench-sentence-model: ## Measure a cosine alone with the model that the table is made of
	@$(TOOL)=dev.tollgate.semantic.SentenceModelBench \
	  -Dexec.args=infra/semantic/labelled-pairs.yaml

package: ## Build the JVM package for Lambda
	@$(MVN) -q package -DskipTests
	@touch $(BUILT)

aot: $(BUILT) ## Make the JVM package's AOT cache and print the command line that uses it
	@$(LOCAL_JAVA) dev.tollgate.local.AotCache

sbom: $(BUILT) ## Print where the bill of materials of what is deployed lies
	@echo target/sbom.json

native: ## Build the native executable (GRAALVM_HOME, else a container engine)
	@if [ -n "$$GRAALVM_HOME" ]; then container=false; else container=true; fi; \
	  $(MVN) package -Pnative -DskipTests -Dquarkus.native.container-build=$$container
	@touch $(BUILT)
	@echo "target/function.zip holds an executable for $$(uname -m); template.yaml's Architectures" \
	  "must be the same: arm64 for aarch64 and arm64, else x86_64."

format: ## Format the Java sources
	@$(MVN) -q spotless:apply

clean-local: ## Forget all data of the local cloud
	@"$(JDK)/bin/java" src/local/java/dev/tollgate/local/CleanLocal.java

clean: ## Delete what was built
	@rm -rf target

$(BUILT): $(SOURCES)
	@echo "Building. The first time, Maven fetches libraries for some minutes."
	@$(MVN) -q package -DskipTests
	@touch $@

$(ENGINES): infra/local/pom.xml
	@$(MVN) -q -f infra/local/pom.xml package
	@touch $@

# Playwright's driver, and where the browser is that it drives.
$(BROWSER): infra/browser/pom.xml
	@$(MVN) -q -f infra/browser/pom.xml package
	@infra/browser/find-chromium > $@ || { rm -f $@; exit 1; }
