# Tollgate's commands. `make help` lists them.

MAVEN ?= mvn
# Maven's own libraries use what newer JDKs warn about; older ones do not know the flags. Builds are
# over before C2 pays off, and without noreset Maven prints escape codes even without colours.
MAVEN_SETTINGS = JAVA_HOME="$(JDK)" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow \
  --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
  -Djansi.noreset=true $(MAVEN_OPTS)"
MAVEN_COMMAND = $(MAVEN) -B -ntp -Dstyle.color=never
MVN = $(MAVEN_SETTINGS) $(MAVEN_COMMAND)
# The same with a line for each step in place of Maven's own output.
STEPS = $(MAVEN_SETTINGS) infra/local/progress $(MAVEN_COMMAND)
JDK = $(or $(shell infra/local/find-jdk),$(error No JDK))

# There are two builds. `make test`, `make package` and `make native` make the full one in target.
# The dev one in target/dev has what the local cloud needs and no checks; `make run` makes it, unless
# the full one is newer than the sources. A stamp has the time at which its build began, so that
# a file changed meanwhile is newer. Folders are sources too, since a deleted file changes them.
SOURCES := $(shell find src/main src/local) pom.xml
FULL = target/built
DEV = target/dev/built
IS_FULL_CURRENT := $(and $(wildcard $(FULL)),$(if $(shell \
  find src/main src/local pom.xml -newer $(FULL) | head -n 1),,yes))
BUILD = $(if $(IS_FULL_CURRENT),target,target/dev)
BUILT := $(if $(IS_FULL_CURRENT),$(FULL),$(DEV))
# What a running local cloud was started from, or what comes closest.
NEWEST = $(patsubst %/built,%,$(firstword $(shell ls -t $(FULL) $(DEV) 2>/dev/null) $(DEV)))
ENGINES = target/infra-local/resolved
BROWSER = target/infra-browser/chromium

# The local cloud: the built classes, and the libraries that the build wrote down.
LOCAL_JAVA = "$(JDK)/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m \
  -Dsun.net.httpserver.nodelay=true -Dtollgate.local.build=$(BUILD) \
  --enable-native-access=ALL-UNNAMED \
  -cp "$(BUILD)/test-classes:$(BUILD)/classes:$$(cat $(BUILD)/local-cloud.classpath)"

# Frames each full build. The file is there while target/function.zip is a native executable.
NATIVE = target/native
BEGIN = mkdir -p target && rm -f $(NATIVE) && touch target/begun
END = mv target/begun $(FULL)

# endpoints.json outlives a killed run until the next one starts.
RUNNING = [ -e .local/endpoints.json ] && kill -0 "$$(cat .local/lock.pid)" 2>/dev/null || \
  { echo "No local cloud runs here: start one with make run" >&2; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help run env cli test unit fuzz lint bench bench-inner bench-ledger demo-costs demo-prompt-caching \
  nightly rebuild-ledger native format clean-local clean calibrate promptfoo simulate-nights \
  demo-lifecycle bench-semantic embedding-table bench-sentence-model aot sbom package \
  chaos routes

help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r name does; do printf '%-29s %s\n' "$$name" "$$does"; done

# DEBUG of the shell may be meant for something else.
ifneq ($(origin DEBUG),command line)
unexport DEBUG
endif
# DATA is another folder than .local, for measurements.
run: $(BUILT) $(ENGINES) ## Build and start everything; Ctrl-C stops it (PORT=3000 DEBUG=invokeLlm)
	@[ ! -e $(NATIVE) ] || [ $(BUILD) = target ] || echo "The native executable in" \
	  "target/function.zip is older than the sources. The functions run on the JVM instead;" \
	  "make native builds the executable again."
	@exec $(LOCAL_JAVA) dev.tollgate.local.Run $(DATA)

env: ## Print the running local cloud's address and keys for a shell to eval
	@$(RUNNING)
	@sed -n -e 's/^ *"url" : "\(.*\)".*/export TOLLGATE_URL=\1/p' \
	  -e 's/^ *"admin" : "\(.*\)".*/export ADMIN_KEY=\1; export TOLLGATE_KEY=\1/p' \
	  -e 's/^ *"invoke" : "\(.*\)".*/export INVOKE_KEY=\1/p' \
	  -e 's/^ *"finance" : "\(.*\)".*/export FINANCE_KEY=\1/p' \
	  -e 's/^ *"lambda" : "\(.*\)".*/export LAMBDA_URL=\1/p' .local/endpoints.json

# For bin/tollgate: prints where it is built. Not from $(BUILT), for the same reason as nightly.
cli:
	@[ -e $(NEWEST)/cli.classpath ] || \
	  { echo "Compiling the tollgate command, this once." && $(STEPS) -Pdev process-classes; } >&2
	@echo $(NEWEST)

# What the clouds and engines of the last run left is there to be looked at until now: 1.5 GB.
test: $(ENGINES) $(BROWSER) ## Run every test, against the real engines
	@rm -rf target/it target/test-engines
	@$(BEGIN)
	@$(MVN) spotless:check verify
	@$(END)

# Into a directory of its own, since a running local cloud loads classes from the others. Main is
# compiled when it has changed, the test and the rest of src/test and src/local always.
unit: ## Run a unit test, compiling only what it needs (TEST=CallRecordJsonTest)
	@[ -n "$(TEST)" ] || { echo "Name a test: make unit TEST=CallRecordJsonTest" >&2; exit 1; }
	@rm -rf target/unit/test-classes target/unit/maven-status/maven-compiler-plugin/testCompile
	@test='$(TEST)'; $(STEPS) -Pdev,unit test -Dtest="$$test" -Dtest.file="$${test%%#*}"

routes: $(BUILT) ## List the routes of the API and their roles
	@exec $(LOCAL_JAVA) dev.tollgate.local.Routes

# One process for each test, since Jazzer fuzzes one at a time. An input that breaks a test becomes a
# seed file in src/test/resources, which `make test` tries from then on.
FUZZ_SECONDS ?= 60
FUZZ = .
JAZZER = "$(JDK)/bin/java" -Xmx1g -XX:+EnableDynamicAgentLoading \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
  -cp "target/test-classes:target/classes:$$(cat target/local-cloud.classpath)" \
  com.code_intelligence.jazzer.Jazzer
fuzz: $(FULL) ## Fuzz each parser for a minute (FUZZ_SECONDS=60 FUZZ=name)
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

bench bench-inner bench-semantic bench-ledger calibrate chaos: BUILD = target
BENCH = $(LOCAL_JAVA) --sun-misc-unsafe-memory-access=allow dev.tollgate.local.bench.Bench
PARTS = $(filter-out loop,$(or $(PART),all))
bench: $(if $(PARTS),$(FULL) $(BROWSER)) $(ENGINES) ## Measure calls, start-up, memory and more (PART="name name", PART=loop for the edit loop)
	@$(if $(filter loop,$(PART)),infra/local/bench-loop)
	@$(if $(PARTS),exec $(BENCH) $(filter-out all,$(PARTS)))

bench-inner: $(FULL) ## Measure the steps of a call without I/O, with JMH
	@exec $(BENCH) inner

bench-semantic: $(FULL) ## Measure the semantic cache: hits and wrong hits
	@exec $(LOCAL_JAVA) dev.tollgate.semantic.SemanticBench infra/semantic/labelled-pairs.yaml

chaos: $(FULL) $(ENGINES) ## Run fault-injection tests under load (SCENARIO=name,name SEED=n RUNS=3)
	@exec $(LOCAL_JAVA) dev.tollgate.local.chaos.Chaos

simulate-nights: $(BUILT) ## Simulate the nightly rule's error rate
	@exec $(LOCAL_JAVA) dev.tollgate.local.bench.SimulatedNights

demo-lifecycle: $(BUILT) $(ENGINES) ## Show a prompt's lifecycle: test, activation, regression, rollback
	@exec $(LOCAL_JAVA) dev.tollgate.local.demo.LifecycleDemo

demo-prompt-caching: $(BUILT) $(ENGINES) ## Show the savings of the provider's prompt cache
	@exec $(LOCAL_JAVA) dev.tollgate.local.demo.PromptCachingDemo

bench-ledger: $(FULL) $(ENGINES) ## Measure the ledger and the report with five million calls
	@exec $(LOCAL_JAVA) dev.tollgate.local.bench.LedgerBench

demo-costs: $(BUILT) $(ENGINES) ## Find the largest cost among a hundred calls, and reduce it
	@exec $(LOCAL_JAVA) dev.tollgate.local.demo.CostDemo

rebuild-ledger: ## Rebuild the running local cloud's cost ledger from its call records
	@$(RUNNING)
	@eval "$$(make -s env)" && bin/tollgate costs rebuild

# What is measured is the judge of TOLLGATE_URL, with the keys of TOLLGATE_KEY and INVOKE_KEY.
CLAIMS ?= infra/judge/labelled-claims.yaml
calibrate: $(FULL) ## Measure the judge's accuracy on labelled claims (CLAIMS=file JUDGE_MODEL=model)
	@$(LOCAL_JAVA) dev.tollgate.evaluation.judge.JudgeCalibration $(CLAIMS)

# Not a part of test: it downloads two gigabytes.
promptfoo: $(if $(filter target/dev,$(NEWEST)),$(FULL)) ## Compare suite scores with promptfoo, on a running local cloud
	@$(RUNNING)
	@infra/promptfoo/compare "$(JDK)"

# Not from $(BUILT): a build would replace what the running local cloud loads its classes from.
nightly: BUILD = $(NEWEST)
nightly: ## Start the nightly run of the running local cloud now
	@$(RUNNING)
	@exec $(LOCAL_JAVA) dev.tollgate.local.Nightly

TOOL = $(MVN) -q -Ptools test-compile exec:java -Dexec.classpathScope=test -Dexec.mainClass
embedding-table: ## Rebuild the embedding table and compare it with the committed one
	@$(TOOL)=dev.tollgate.tools.EmbeddingTable -Dexec.args=target/embedding-table
	@cd target/embedding-table && sha256sum -c ../../src/main/resources/semantic/SHA256SUMS

bench-sentence-model: ## Measure cosine similarity alone, with the embedding table's source model
	@$(TOOL)=dev.tollgate.semantic.SentenceModelBench \
	  -Dexec.args=infra/semantic/labelled-pairs.yaml

package: ## Build the JVM package for Lambda
	@$(BEGIN)
	@$(STEPS) package -DskipTests
	@$(END)

# Not after each dev build: training adds half of its CPU time, and each edit makes the cache useless.
aot: $(BUILT) ## Create the AOT cache for make run and print the command line that uses it
	@$(LOCAL_JAVA) dev.tollgate.local.AotCache

sbom: $(FULL) ## Print the path of the deployed package's SBOM
	@echo target/sbom.json

native: ## Build the native executable (GRAALVM_HOME, else a container engine)
	@$(BEGIN)
	@if [ -n "$$GRAALVM_HOME" ]; then container=false; else container=true; fi; \
	  $(MVN) package -Pnative -DskipTests -Dquarkus.native.container-build=$$container
	@$(END)
	@touch $(NATIVE)
	@echo "target/function.zip holds an executable for $$(uname -m); template.yaml's Architectures" \
	  "must be the same: arm64 for aarch64 and arm64, else x86_64."

format: ## Format the Java sources
	@$(MVN) -q spotless:apply

clean-local: ## Delete local data
	@"$(JDK)/bin/java" src/local/java/dev/tollgate/local/CleanLocal.java

clean: ## Delete build output
	@rm -rf target

$(FULL): $(SOURCES)
	@[ ! -e $(NATIVE) ] || echo "Replacing the native executable in target/function.zip, which is" \
	  "older than the sources."
	@$(BEGIN)
	@$(STEPS) package -DskipTests
	@$(END)

# Formatting writes sources, and the index after them: what it wrote is no later change.
$(DEV): $(SOURCES)
	@[ -e $@ ] || echo "Building. The first build fetches libraries for some minutes."
	@mkdir -p $(@D) && touch $(@D)/begun
	@$(STEPS) -Pdev package
	@[ $(@D)/spotless-index -ot $(@D)/begun ] || touch -r $(@D)/spotless-index $(@D)/begun
	@mv $(@D)/begun $@

$(ENGINES): infra/local/pom.xml
	@$(MVN) -q -f infra/local/pom.xml package
	@touch $@

# Playwright's driver, and where the browser is that it drives.
$(BROWSER): infra/browser/pom.xml
	@$(MVN) -q -f infra/browser/pom.xml package
	@infra/browser/find-chromium > $@ || { rm -f $@; exit 1; }
