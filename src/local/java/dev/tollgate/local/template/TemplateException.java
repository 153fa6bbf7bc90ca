package dev.tollgate.local.template;

/** A place in the template that the local cloud cannot work with. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String place, String problem) {
    super("template.yaml: " + place + ": " + problem);
  }
}
