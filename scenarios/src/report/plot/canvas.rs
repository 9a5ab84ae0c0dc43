//! The drawing area of one figure and its colours.

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, RGBColor, SVGBackend};
use plotters::style::{Color, IntoFont, RGBAColor, TextStyle};

use crate::report::html::escape;

/// Units of the drawing per CSS pixel: `plotters` rounds to whole units.
pub(in crate::report) const UNIT: i32 = 8;

/// Why a figure could not be drawn.
pub(in crate::report) type DrawError = Box<dyn std::error::Error>;

/// Where a figure is drawn.
pub(in crate::report) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A colour by what it stands for; the page's style sheet decides how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Colour {
    Ink,
    Faint,
    Grid,
    Blue,
    Short,
    Thermal,
    Solar,
    Wind,
    Storage,
    Other,
}

impl Colour {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Ink, "ink"),
        (Self::Faint, "faint"),
        (Self::Grid, "grid"),
        (Self::Blue, "blue"),
        (Self::Short, "short"),
        (Self::Thermal, "thermal"),
        (Self::Solar, "solar"),
        (Self::Wind, "wind"),
        (Self::Storage, "storage"),
        (Self::Other, "other"),
    ];

    /// The name of the colour's variable in the style sheet.
    pub(in crate::report) fn variable(self) -> &'static str {
        Self::ALL.iter().find(|(colour, _)| *colour == self).map_or("ink", |(_, name)| name)
    }

    /// The marker that is drawn and later replaced.
    fn marker(self) -> RGBColor {
        RGBColor(1, 2, self as u8)
    }

    /// The colour with full cover.
    pub(in crate::report) fn solid(self) -> RGBAColor {
        self.marker().to_rgba()
    }

    /// The colour with partial cover, from 0 to 1.
    pub(in crate::report) fn veil(self, cover: f64) -> RGBAColor {
        self.marker().mix(cover)
    }
}

/// Text of `size` CSS pixels.
pub(in crate::report) fn text_style(size: i32, colour: Colour) -> TextStyle<'static> {
    // The backend divides sizes by 1.24.
    ("sans-serif", f64::from(size * UNIT) * 1.24).into_font().color(&colour.solid())
}

/// What every figure has.
#[derive(Clone, Debug)]
pub(in crate::report) struct Figure {
    /// An identifier that is unique on the page.
    pub(in crate::report) id: &'static str,
    /// Its title, for assistive technology.
    pub(in crate::report) title: String,
    /// What one would see, in words.
    pub(in crate::report) description: String,
    /// Width in CSS pixels.
    pub(in crate::report) width: u32,
    /// Height in CSS pixels.
    pub(in crate::report) height: u32,
}

impl Figure {
    /// The figure as an `svg` element; a sentence in its place if it cannot be drawn.
    pub(in crate::report) fn draw(&self, paint: impl for<'a> FnOnce(&Area<'a>) -> Result<(), DrawError>) -> String {
        let mut svg = String::new();
        match self.paint(&mut svg, paint) {
            Ok(()) => self.dress(&svg),
            Err(error) => format!(
                "<p class=\"note\">The figure “{}” could not be drawn: {}</p>",
                escape(&self.title),
                escape(&error.to_string())
            ),
        }
    }

    fn paint(
        &self,
        svg: &mut String,
        paint: impl for<'a> FnOnce(&Area<'a>) -> Result<(), DrawError>,
    ) -> Result<(), DrawError> {
        let unit = UNIT.unsigned_abs();
        let area = SVGBackend::with_string(svg, (self.width * unit, self.height * unit)).into_drawing_area();
        paint(&area)?;
        area.present()?;
        Ok(())
    }

    /// Replaces the outer element by an accessible one and the markers by the page's colours.
    fn dress(&self, svg: &str) -> String {
        let body = svg.split_once('>').map_or("", |(_, rest)| rest);
        let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
        let mut body = body.trim().replace(" font-family=\"sans-serif\"", "").replace(" opacity=\"1\"", "");
        for (colour, name) in Colour::ALL {
            let RGBColor(r, g, b) = colour.marker();
            // Quotes in text are escaped, so this can only be the value of an attribute.
            let marker = format!("\"#{r:02X}{g:02X}{b:02X}\"");
            body = body.replace(&marker, &format!("\"var(--{name})\""));
        }
        let Self { id, title, description, width, height } = self;
        let unit = UNIT.unsigned_abs();
        format!(
            "<svg class=\"plot\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" \
             viewBox=\"0 0 {} {}\" width=\"{width}\" height=\"{height}\">\n\
             <title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n{body}\n</svg>\n",
            width * unit,
            height * unit,
            escape(title),
            escape(description),
        )
    }
}
