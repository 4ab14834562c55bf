package potluck.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ViewportSize;
import java.util.List;

/**
 * How a browser window is set up. Immutable; start with {@link #ENGLISH}.
 *
 * @param locale the browser's language, such as {@code zh-CN}
 * @param dark whether the system's theme is dark
 * @param width CSS pixels
 * @param bypassCsp whether the content security policy is ignored, so that axe can be injected
 */
record Look(String locale, boolean dark, int width, boolean bypassCsp) {
  static final Look ENGLISH = new Look("en-GB", false, 1280, false);
  static final Look CHINESE = new Look("zh-CN", false, 1280, false);

  private static final int HEIGHT = 900;

  /** The same, for axe. */
  Look withoutPolicy() {
    return new Look(locale, dark, width, true);
  }

  Browser.NewContextOptions options() {
    return new Browser.NewContextOptions()
        .setLocale(locale)
        .setTimezoneId("Europe/Berlin")
        .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT)
        .setViewportSize(new ViewportSize(width, HEIGHT))
        .setBypassCSP(bypassCsp)
        .setPermissions(List.of("clipboard-read", "clipboard-write"));
  }
}
