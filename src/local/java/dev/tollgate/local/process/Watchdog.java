package dev.tollgate.local.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A tiny shell process that ends the listed processes when this one is killed without a chance to
 * do so. It learns of that by the end of its standard input, which the kernel closes whatever
 * happens to us.
 */
final class Watchdog implements AutoCloseable {
  // The mark is computed as in ProcessMark. Ctrl-C reaches every process of the terminal; this one
  // has to outlast it, because the local cloud may still be killed while it shuts down.
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      list=$1
      while read -r _; do :; done
      [ -f "$list" ] || exit 0
      boot=
      [ -r /proc/sys/kernel/random/boot_id ] && read -r boot < /proc/sys/kernel/random/boot_id
      mark() {
        if [ -r /proc/self/stat ]; then
          IFS= read -r stat < "/proc/$1/stat" || return
          set -- ${stat##*) }
          case $1 in Z*|X*) return;; esac
          shift 19
          echo "$1@$boot"
        else
          set -- $(LC_ALL=C TZ=UTC0 ps -o state= -o lstart= -p "$1")
          case $1 in ''|Z*|X*) return;; esac
          shift
          IFS=_
          echo "$*"
        fi
      }
      each() {
        alive=0
        while read -r pid mark signal name; do
          [ "$pid" = owner ] && continue
          if [ "$(mark "$pid")" = "$mark" ]; then
            alive=1
            case $1 in
              ask) kill -s "$signal" "$pid";;
              force) kill -s KILL "$pid";;
            esac
          fi
        done < "$list"
      }
      each ask
      tries=0
      while each look; [ "$alive" = 1 ] && [ "$tries" -lt 50 ]; do
        tries=$((tries + 1))
        sleep 0.1
      done
      each force
      rm -f "$list"
      """;

  private final Process shell;

  private Watchdog(Process shell) {
    this.shell = shell;
  }

  static Watchdog start(Path list) throws IOException {
    // It writes nowhere: holding our output open would keep `make run | tee` from ending.
    return new Watchdog(
        InheritedVariables.restrict(
                new ProcessBuilder("sh", "-c", SCRIPT, "tollgate-watchdog", list.toString()))
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD)
            .start());
  }

  /** Lets it go; it finds no list then and leaves by itself. */
  @Override
  public void close() {
    try {
      shell.getOutputStream().close();
      shell.waitFor(1, TimeUnit.SECONDS);
    } catch (IOException _) {
      // It is gone already, which is all we want.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
