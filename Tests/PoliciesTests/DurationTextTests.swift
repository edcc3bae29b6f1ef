import Policies
import Testing

@Suite struct `Durations` {
    @Test(arguments: [
        ("30m", 1800), ("1h30m", 5400), ("2d", 172_800), ("45s", 45), ("1d1h1m1s", 90_061), ("0s", 0),
    ])
    func `are read with their units`(text: String, seconds: Int64) {
        #expect(DurationText.parse(text) == seconds)
        #expect(DurationText.print(seconds) == text)
    }

    @Test(arguments: [
        "", "30", "m", "1m1h", "1h1h", "-1h", "1.5h", "1w", " 1h", "99999999999999999999d", "9999999999d", "1h5",
    ])
    func `that say something else are none`(text: String) { #expect(DurationText.parse(text) == nil) }
}
